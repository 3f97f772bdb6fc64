import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { httpExchange } from '../../../../functions/signedCall/exchange.ts';

const state = vi.hoisted(() => ({ code: '', reusedSocket: false }));

vi.mock('node:https', () => ({
  Agent: vi.fn(),
  request: () => {
    const request = new EventEmitter();
    const end = () => void setImmediate(() => request.emit('error', Object.assign(new Error('failed'), { code: state.code })));
    return Object.assign(request, { end, destroy: () => request.emit('close'), reusedSocket: state.reusedSocket });
  },
}));

async function remedyFor(code: string, reusedSocket = false): Promise<unknown> {
  Object.assign(state, { code, reusedSocket });
  const asking = httpExchange()({ method: 'POST', url: new URL('https://example.com/'), headers: {}, body: '', connectTimeoutMs: 60_000, timeoutMs: 60_000 });
  return asking.catch((error: { remedy?: unknown }) => error.remedy);
}

it.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])('%s may not be met again: the call is tried once more', async (code) => {
  expect(await remedyFor(code)).toBe('transient');
});

it.each(['ECONNRESET', 'EPIPE'])('%s on a connection that lay idle is its end: the call is tried again at once', async (code) => {
  expect(await remedyFor(code, true)).toBe('stale_connection');
});

it('a certificate that is not to be trusted ends the call', async () => {
  expect(await remedyFor('CERT_HAS_EXPIRED')).toBe('final');
});
