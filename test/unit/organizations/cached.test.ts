import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cachedForTenSeconds } from '../../../shared/organizations/cached.ts';

function cache() {
  const state = { now: 100_000, value: 'first' as string | null, fails: false, reads: 0 };
  const read = cachedForTenSeconds(
    async () => {
      state.reads += 1;
      if (state.fails) throw new Error('throttled');
      return state.value;
    },
    () => state.now,
  );
  return { state, read };
}

describe('an organization’s state in an authorizer', () => {
  it('is read once in ten seconds and again at the tenth', async () => {
    const { state, read } = cache();
    expect(await read('org_1')).toBe('first');
    state.value = 'second';
    state.now += 9_999;
    expect(await read('org_1')).toBe('first');
    state.now += 1;
    expect(await read('org_1')).toBe('second');
    expect(state.reads).toBe(2);
  });

  it('is as old as the moment before its reading, however long that took', async () => {
    const state = { now: 0, value: 'first' };
    const read = cachedForTenSeconds(
      async () => {
        const { value } = state;
        state.now += 9_000;
        return value;
      },
      () => state.now,
    );
    await read('org_1');
    state.value = 'second';
    state.now = 10_000;
    expect(await read('org_1')).toBe('second');
  });

  it('is read again when the clock has gone back', async () => {
    const { state, read } = cache();
    await read('org_1');
    state.value = 'second';
    state.now -= 1;
    expect(await read('org_1')).toBe('second');
  });

  it('is not kept where there is none, nor where reading failed', async () => {
    const { state, read } = cache();
    state.value = null;
    expect(await read('org_1')).toBeNull();
    state.value = 'there now';
    expect(await read('org_1')).toBe('there now');
    state.now += 10_000;
    state.fails = true;
    await expect(read('org_1')).rejects.toThrow('throttled');
    await expect(read('org_1')).rejects.toThrow('throttled');
    expect(state.reads).toBe(4);
  });

  it('is each organization’s own', async () => {
    const read = cachedForTenSeconds(async (id) => id, () => 0);
    expect([await read('org_1'), await read('org_2'), await read('org_1')]).toEqual(['org_1', 'org_2', 'org_1']);
  });

  it('is kept of five thousand at most: the eldest is read again, the youngest is not', async () => {
    let reads = 0;
    const read = cachedForTenSeconds(async (id) => ((reads += 1), id), () => 0);
    for (let index = 0; index <= 5_000; index += 1) await read(`org_${index}`);
    expect(reads).toBe(5_001);
    await read('org_5000');
    expect(reads).toBe(5_001);
    await read('org_0');
    expect(reads).toBe(5_002);
  });

  it('is never older than ten seconds, whenever it changes and is asked for', async () => {
    const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 15_000 }), changes: fc.boolean() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        let [nowMs, value] = [1_000_000, 0];
        const replacedAtMs = new Map<number, number>();
        const read = cachedForTenSeconds(async () => value, () => nowMs);
        for (const { afterMs, changes } of steps) {
          nowMs += afterMs;
          if (changes) {
            replacedAtMs.set(value, nowMs);
            value += 1;
          }
          const answered = (await read('org_1')) ?? -1;
          const staleSinceMs = answered === value ? nowMs : (replacedAtMs.get(answered) ?? 0);
          expect(nowMs - staleSinceMs).toBeLessThan(10_000);
        }
      }),
    );
  });
});
