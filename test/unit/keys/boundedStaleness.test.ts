import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withBoundedStaleness } from '../../../shared/keys/boundedStaleness.ts';

/** A store whose value is its time, on a clock that the test moves; `fails` while it is down. */
function world(boundMs = 10_000) {
  const state = { nowMs: 0, fails: false, absent: false, reads: 0 };
  const read = async (): Promise<number | null> => {
    state.reads += 1;
    if (state.fails) throw new Error('down');
    return state.absent ? null : state.nowMs;
  };
  return { state, get: withBoundedStaleness({ read, boundMs, nowMs: () => state.nowMs }) };
}

describe('what is kept', () => {
  it('is never older than the bound, whatever the store does and however the clock is moved', async () => {
    const step = fc.record({ afterMs: fc.integer({ min: -3_000, max: 12_000 }), fails: fc.boolean(), id: fc.constantFrom('a', 'b') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { state, get } = world();
        for (const { afterMs, fails, id } of steps) {
          Object.assign(state, { nowMs: state.nowMs + afterMs, fails });
          const value = await get(id).catch(() => null);
          if (value !== null) expect(state.nowMs - value).toBeLessThan(10_000);
        }
      }),
    );
  });

  it('is served without a read for half of the bound, and read anew after it', async () => {
    const { state, get } = world();
    await get('a');
    state.nowMs = 4_999;
    expect([await get('a'), state.reads]).toEqual([0, 1]);
    state.nowMs = 5_000;
    expect([await get('a'), state.reads]).toEqual([5_000, 2]);
  });

  it('serves for a failing store within the bound, and then the failure is the answer', async () => {
    const { state, get } = world();
    await get('a');
    Object.assign(state, { nowMs: 9_999, fails: true });
    expect(await get('a')).toBe(0);
    state.nowMs = 10_000;
    await expect(get('a')).rejects.toThrow('down');
  });

  it('is read anew once the clock was set back: nobody can say how old it is', async () => {
    const { state, get } = world();
    state.nowMs = 10_000;
    await get('a');
    state.nowMs = 9_999;
    expect([await get('a'), state.reads]).toEqual([9_999, 2]);
  });

  it('is of ten thousand ids, of which the one goes first that was read the longest ago', async () => {
    const { state, get } = world();
    await get('a');
    for (let i = 1; i < 10_000; i += 1) await get(`id-${i}`);
    state.nowMs = 5_000;
    await get('a');
    await get('one more');
    const { reads } = state;
    await get('a');
    expect(state.reads).toBe(reads);
  });

  it('is an absence for a second at most, so that a new key is known', async () => {
    const { state, get } = world();
    state.absent = true;
    expect(await get('a')).toBeNull();
    Object.assign(state, { nowMs: 1_000, fails: true });
    await expect(get('a')).rejects.toThrow('down');
    Object.assign(state, { nowMs: 1_100, fails: false, absent: false });
    expect(await get('a')).toBe(1_100);
  });

  it('is an absence for no longer than the bound where that is shorter than a second', async () => {
    const { state, get } = world(400);
    state.absent = true;
    await get('a');
    Object.assign(state, { nowMs: 200, absent: false });
    expect(await get('a')).toBe(200);
  });

  it('counts its age from before the read', async () => {
    let nowMs = 0;
    const get = withBoundedStaleness({
      read: async () => {
        nowMs += 4_000;
        return nowMs;
      },
      boundMs: 10_000,
      nowMs: () => nowMs,
    });
    await get('a');
    nowMs = 5_000;
    expect(await get('a')).toBe(9_000);
  });

  it('is bounded in number: the oldest goes first', async () => {
    const { state, get } = world();
    for (let id = 0; id <= 10_000; id += 1) await get(String(id));
    await get('10000');
    expect(state.reads).toBe(10_001);
    await get('0');
    expect(state.reads).toBe(10_002);
  });

  it('is read once by those who ask at the same time', async () => {
    const { state, get } = world();
    await Promise.all([get('a'), get('a'), get('a')]);
    expect(state.reads).toBe(1);
  });
});

/** A store that sees its value, the time, when it is asked, and answers when the test says. */
function slowWorld(boundMs: number) {
  const state = { nowMs: 0, absent: false };
  const answers: (() => void)[] = [];
  const read = (): Promise<number | null> => {
    const value = state.absent ? null : state.nowMs;
    return new Promise((resolve) => answers.push(() => resolve(value)));
  };
  return { state, answers, get: withBoundedStaleness({ read, boundMs, nowMs: () => state.nowMs }) };
}

describe('a read that takes longer than the bound', () => {
  it.each([
    ['its answer is not shared by who asks when it would be older than the bound', 3_000, false],
    ['an absence is not shared by who asks a second after its read began', 10_000, true],
  ])('%s', async (_, boundMs, absent) => {
    const { state, answers, get } = slowWorld(boundMs);
    state.absent = absent;
    const early = get('a');
    Object.assign(state, { nowMs: 3_000, absent: false });
    const late = get('a');
    expect(answers).toHaveLength(2);
    for (const answer of answers) answer();
    expect([await early, await late]).toEqual([absent ? null : 0, 3_000]);
  });

  it('does not take the place of a younger one when it ends after it', async () => {
    const { state, answers, get } = slowWorld(3_000);
    const early = get('a');
    state.nowMs = 3_000;
    const late = get('a');
    answers[1]?.();
    await late;
    answers[0]?.();
    await early;
    state.nowMs = 4_000;
    const kept = get('a');
    expect(answers).toHaveLength(2);
    expect(await kept).toBe(3_000);
  });
});

it('a slow read that ends does not keep later readings from sharing a younger one', async () => {
  const answers: ((value: string) => void)[] = [];
  const state = { nowMs: 0 };
  const get = withBoundedStaleness({ read: () => new Promise<string>((resolve) => answers.push(resolve)), boundMs: 10_000, nowMs: () => state.nowMs });
  const slow = get('a');
  state.nowMs = 1_000;
  const younger = get('a');
  answers[0]?.('old');
  expect(await slow).toBe('old');
  const third = get('a');
  answers[1]?.('new');
  expect([await younger, await third, answers.length]).toEqual(['new', 'new', 2]);
});
