import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callsTo } from './calls.ts';
import { LoopbackService } from './loopbackService.ts';

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.start();
});
afterEach(() => service.close());

const signedAt = () => service.asked.map(({ headers }) => headers['x-amz-date']);
const tooOld = { status: 400, body: { __type: 'InvalidSignatureException', message: 'Signature expired' } };

describe('a clock that is wrong', () => {
  it('costs one more attempt, signed with the time of the service', async () => {
    const { getKey, state } = callsTo(service);
    state.nowMs = Date.parse('2026-11-22T09:40:00Z');
    service.replies = [tooOld, { body: {} }];
    expect(await getKey()).toEqual({});
    expect(signedAt()).toEqual(['20261122T094000Z', '20261122T104000Z']);
  });

  it('costs it once: the next call is signed rightly from the start', async () => {
    const { getKey, state } = callsTo(service);
    state.nowMs = Date.parse('2026-11-22T09:40:00Z');
    service.replies = [tooOld, { body: {} }];
    await getKey();
    state.nowMs += 60_000;
    service.nowMs += 60_000;
    await getKey();
    expect(signedAt().slice(2)).toEqual(['20261122T104100Z']);
  });

  it('that is set right again is followed too', async () => {
    const { getKey, state } = callsTo(service);
    state.nowMs = Date.parse('2026-11-22T09:40:00Z');
    service.replies = [tooOld, { body: {} }];
    await getKey();
    state.nowMs = service.nowMs;
    service.replies = [tooOld, { body: {} }];
    expect(await getKey()).toEqual({});
    expect(signedAt().slice(2)).toEqual(['20261122T114000Z', '20261122T104000Z']);
  });

  it('is learned from successes too, before it costs anything', async () => {
    const { getKey, state } = callsTo(service);
    state.nowMs = Date.parse('2026-11-22T10:37:00Z');
    await getKey();
    await getKey();
    expect(signedAt()).toEqual(['20261122T103700Z', '20261122T104000Z']);
  });
});

it.each([
  ['by less than four minutes', '2026-11-22T10:36:01Z'],
  ['not at all', '2026-11-22T10:40:00Z'],
])('a refusal is not made again when the clock was wrong %s', async (_name, at) => {
  const { getKey, state } = callsTo(service);
  state.nowMs = Date.parse(at);
  service.replies = [tooOld, { body: {} }];
  await expect(getKey()).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  expect(service.asked).toHaveLength(1);
});

it('a service that is always of another time is not asked for ever', async () => {
  const { getKey, state } = callsTo(service);
  service.replies = [tooOld];
  const running = getKey().catch((error: unknown) => error);
  const drift = setInterval(() => (state.nowMs -= 3_600_000), 1);
  expect(await running).toMatchObject({ name: 'InvalidSignatureException' });
  clearInterval(drift);
  expect(service.asked.length).toBeLessThanOrEqual(4);
});

it('a date that is none changes nothing', async () => {
  const { getKey } = callsTo(service);
  service.replies = [{ headers: { date: 'yesterday' }, body: {} }];
  await getKey();
  await getKey();
  expect(signedAt()).toEqual(['20261122T104000Z', '20261122T104000Z']);
});
