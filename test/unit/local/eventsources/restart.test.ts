import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFixture, failAt } from './stream.ts';
import type { StreamFixture } from './stream.ts';

let dataDir: string;
let stream: StreamFixture;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'event-sources-'));
  stream = await createFixture(dataDir);
});
afterEach(async () => {
  await stream.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a restart', () => {
  it('goes on where the mapping stopped', async () => {
    const first = stream.open();
    await stream.put('a');
    await first.idle();
    first.stop();
    await stream.put('b');
    await stream.open().idle();
    expect(stream.calls).toEqual([['a'], ['b']]);
  });

  it('also of a mapping that started with the newest and was cut off in its first batch', async () => {
    const first = stream.open({ startingPosition: 'LATEST' });
    await first.idle();
    stream.answer = () => first.stop();
    await stream.put('a');
    await expect.poll(() => stream.calls).toEqual([['a']]);
    stream.answer = () => null;
    await stream.put('b');
    await stream.open({ startingPosition: 'LATEST' }).idle();
    expect(stream.calls).toEqual([['a'], ['a', 'b']]);
  });

  it('gives a function again only what it was still busy with', async () => {
    const first = stream.open({ batchSize: 1 });
    stream.answer = ([key]) => {
      if (key === 'b') first.stop();
    };
    await stream.put('a', 'b', 'c');
    await expect.poll(() => stream.calls).toEqual([['a'], ['b']]);
    stream.answer = () => null;
    await stream.open({ batchSize: 10 }).idle();
    expect(stream.calls).toEqual([['a'], ['b'], ['b', 'c']]);
  });

  it('in the middle of a batch gives again only what was not done', async () => {
    await stream.put('a', 'b', 'c');
    const first = stream.open();
    stream.answer = (keys, records) => {
      if (stream.calls.length > 1) first.stop();
      return failAt('b')(keys, records);
    };
    await expect.poll(() => stream.calls.at(-1)).toEqual(['b', 'c']);
    stream.calls.length = 0;
    stream.answer = () => null;
    await stream.open().idle();
    expect(stream.calls).toEqual([['b', 'c']]);
  });

  it('of a mapping under another name starts from its beginning', async () => {
    await stream.put('a');
    await stream.open().idle();
    await stream.open({ id: 'purges' }).idle();
    expect(stream.calls).toEqual([['a'], ['a']]);
  });

  it('leaves what was given up in the queue, and does not try it again', async () => {
    stream.answer = failAt('a');
    await stream.put('a');
    const first = stream.open();
    await first.idle();
    first.stop();
    stream.calls.length = 0;
    await stream.open().idle();
    expect(stream.calls).toEqual([]);
    expect(stream.queued).toHaveLength(1);
  });
});
