import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { httpExchange } from '../../../../functions/signedCall/exchange.ts';
import { LoopbackService } from './loopbackService.ts';

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.start();
});
afterEach(() => service.close());

const times = { connectTimeoutMs: 100, timeoutMs: 100 };
const post = (url: string) => ({ method: 'POST', url: new URL(url), headers: { a: 'b' }, body: 'ö', ...times }) as const;

describe('one exchange', () => {
  it('sends the body with its length, and gives status, headers and bytes', async () => {
    service.replies = [{ status: 418, headers: { c: 'd' }, body: 'é' }];
    const answer = await httpExchange()(post(`${service.url}/path`));
    expect(answer).toMatchObject({ status: 418, headers: { c: 'd' }, body: Buffer.from([0xc3, 0xa9]) });
    expect(service.asked).toMatchObject([{ method: 'POST', path: '/path', headers: { a: 'b', 'content-length': '2' }, body: 'ö' }]);
  });

  it('goes over a connection that is there, and two at once over two', async () => {
    const exchange = httpExchange();
    for (let count = 0; count < 5; count += 1) await exchange(post(service.url));
    expect(service.connections).toBe(1);
    await Promise.all([exchange(post(service.url)), exchange(post(service.url))]);
    expect(service.connections).toBe(2);
  });

  it('ends when there is no answer in time, and its connection is closed', async () => {
    const exchange = httpExchange();
    service.replies = ['silence', {}];
    await expect(exchange(post(service.url))).rejects.toMatchObject({ name: 'TimeoutError', remedy: 'transient', message: 'There was no answer within 100 ms.' });
    await vi.waitFor(() => expect(service.openConnections).toBe(0));
    await exchange(post(service.url));
    expect(service.connections).toBe(2);
  });

  it('may take longer for its answer than a connection may take', async () => {
    service.replies = [{ status: 204, body: '', afterMs: 60 }];
    expect(await httpExchange()({ ...post(service.url), connectTimeoutMs: 20, timeoutMs: 5_000 })).toMatchObject({ status: 204 });
  });

  it.each(['truncate', 'switch', 'reset'] as const)('ends at once when the connection does: %s', async (reply) => {
    service.replies = [reply];
    await expect(httpExchange()({ ...post(service.url), timeoutMs: 20_000 })).rejects.toMatchObject({ name: 'ConnectionError', remedy: 'transient' });
  });

  it('ends when an answer begins in time and goes on for ever', async () => {
    service.replies = ['stall'];
    await expect(httpExchange()(post(service.url))).rejects.toMatchObject({ name: 'TimeoutError', remedy: 'transient' });
  });

  it('ends when nobody listens', async () => {
    const gone = await LoopbackService.start();
    const { url } = gone;
    gone.close();
    await expect(httpExchange()(post(url))).rejects.toMatchObject({ name: 'ConnectionError', remedy: 'transient', message: 'The connection failed: ECONNREFUSED.' });
  });
});

it('an answer that lay ready while the process was busy or frozen is no time-out', async () => {
  // In a thread of its own, which goes on while this one is busy.
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:http').createServer((request, response) => response.end('ready'));
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  try {
    const [port] = (await once(worker, 'message')) as [number];
    const exchange = httpExchange();
    await exchange(post(`http://127.0.0.1:${port}`));
    const pending = exchange(post(`http://127.0.0.1:${port}`));
    // Sent by then; after it, this thread sees neither the answer nor the time.
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + 200;
    while (performance.now() < until);
    expect((await pending).body.toString()).toBe('ready');
  } finally {
    await worker.terminate();
  }
});

// Linux drops what comes to a listener that accepts nothing and whose queue is full; other systems answer.
it.runIf(process.platform === 'linux')('a service that takes no connection is left alone after the time for one', async () => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000), 20);
     });`,
    { eval: true },
  );
  const fillers: Socket[] = [];
  try {
    const [port] = (await once(worker, 'message')) as [number];
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let count = 0; count < 5; count += 1) fillers.push(connect(port, '127.0.0.1').on('error', () => undefined));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(httpExchange()({ ...post(`http://127.0.0.1:${port}`), timeoutMs: 20_000 })).rejects.toMatchObject({
      name: 'TimeoutError',
      remedy: 'transient',
      message: 'There was no connection within 100 ms.',
    });
  } finally {
    for (const filler of fillers) filler.destroy();
    await worker.terminate();
  }
});

it('a service whose certificate nobody vouches for is told nothing', async () => {
  const ssl = new URL('../../../../node_modules/dynalite/ssl/', import.meta.url);
  const server = createServer({ key: readFileSync(new URL('server-key.pem', ssl)), cert: readFileSync(new URL('server-crt.pem', ssl)) });
  const impostor = await LoopbackService.start(server as never);
  try {
    await expect(httpExchange()(post(`https://127.0.0.1:${impostor.port}`))).rejects.toMatchObject({ name: 'ConnectionError', remedy: 'final' });
    expect(impostor.asked).toEqual([]);
  } finally {
    impostor.close();
  }
});
