import { describe, expect, it } from 'vitest';
import { container, limitOf, minute, begin } from './container.ts';

describe('a store that fails', () => {
  it('refuses or allows as chosen, and says that it was no count', async () => {
    for (const [onStoreFailure, allowed] of [['refuse', false], ['allow', true]] as const) {
      const { state, take } = container({ onStoreFailure });
      state.fails = true;
      expect(await take()).toMatchObject({ allowed, degraded: true, code: allowed ? null : 'rate_limited', retryAfterSec: allowed ? null : 1 });
      expect(state.failures).toBe(1);
    }
  });

  it('has what it lets through uncounted taken off what remains', async () => {
    const { state, take } = container({ onStoreFailure: 'allow' });
    state.fails = true;
    expect(await take()).toMatchObject({ allowed: true, remaining: 4 });
    expect(await take()).toMatchObject({ allowed: true, remaining: 3 });
  });

  it('is left alone between tries, ever longer, so that it does not slow every request', async () => {
    const { state, takeMany } = container({ onStoreFailure: 'allow' });
    state.fails = true;
    const callsBy = async (ms: number) => {
      state.ms = begin + ms;
      await takeMany(3, limitOf(1000));
      return state.calls;
    };
    expect([await callsBy(0), await callsBy(249), await callsBy(250), await callsBy(749), await callsBy(750)]).toEqual([1, 1, 2, 2, 3]);
  });

  it('is asked again every four seconds, however long it has failed', async () => {
    const { state, take } = container({ onStoreFailure: 'allow' });
    state.fails = true;
    for (const ms of [0, 250, 750, 1750, 3750, 7750]) {
      state.ms = begin + ms;
      await take();
    }
    expect(state.calls).toBe(6);
    state.ms = begin + 11_749;
    await take();
    expect(state.calls).toBe(6);
    state.ms = begin + 11_750;
    await take();
    expect(state.calls).toBe(7);
  });

  it('has a caller come again when it is asked again, in a second at the earliest, and promises nothing until then', async () => {
    const { state, take } = container({ onStoreFailure: 'refuse' });
    state.fails = true;
    expect(await take()).toMatchObject({ resetMs: begin + 1000, retryAfterSec: 1, remaining: 0 });
    for (const ms of [250, 750]) {
      state.ms = begin + ms;
      await take();
    }
    state.ms = begin + 1750;
    expect(await take()).toMatchObject({ resetMs: begin + 3750, retryAfterSec: 2, remaining: 0 });
  });

  it('that has answered in between is tried as soon as at its first failure', async () => {
    const { state, take } = container({ onStoreFailure: 'allow' });
    state.fails = true;
    await take();
    state.ms += 250;
    await take();
    state.fails = false;
    state.ms += 500;
    expect(await take()).toMatchObject({ degraded: false });
    state.fails = true;
    await take();
    state.ms += 250;
    state.fails = false;
    expect(await take()).toMatchObject({ degraded: false });
  });

  it('is left alone by every key once it has failed three times in a row', async () => {
    const { state, take } = container({ onStoreFailure: 'allow' });
    state.fails = true;
    for (let i = 0; i < 100; i += 1) await take({ keyId: `key_${i}` });
    expect(state.calls).toBe(3);
    state.fails = false;
    state.ms += 1000;
    for (let i = 0; i < 100; i += 1) expect(await take({ keyId: `key_${i}` })).toMatchObject({ degraded: false });
    state.fails = true;
    expect(await take({ keyId: 'key_100' })).toMatchObject({ degraded: true });
    state.fails = false;
    expect(await take({ keyId: 'key_101' })).toMatchObject({ degraded: false });
  });

  it('is not asked for a counter that throttles before its time, also where it is asked for others again', async () => {
    const { state, take } = container({ onStoreFailure: 'allow' });
    state.throttles = 'key_hot';
    for (const ms of [0, 250, 750, 1750]) {
      state.ms = begin + ms;
      await take({ keyId: 'key_hot' });
    }
    state.fails = true;
    for (const keyId of ['key_1', 'key_2', 'key_3']) await take({ keyId });
    state.ms = begin + 2750;
    await take({ keyId: 'key_hot' });
    expect(state.calls).toBe(7);
    await take({ keyId: 'key_4' });
    expect(state.calls).toBe(8);
  });

  it('by throttling one counter loses no other one', async () => {
    const { state, take } = container({ onStoreFailure: 'allow' });
    state.throttles = 'key_hot';
    for (let i = 0; i < 10; i += 1) {
      expect(await take({ keyId: 'key_hot', ...limitOf(1000) })).toMatchObject({ degraded: true });
      state.ms += 4000;
    }
    expect(state.failures).toBeGreaterThanOrEqual(3);
    await take({ keyId: 'key_hot' });
    expect(await take({ keyId: 'key_other' })).toMatchObject({ degraded: false });
  });

  it('does not bring back a limit that is known to be reached', async () => {
    const { state, take, takeMany } = container({ onStoreFailure: 'allow' });
    await takeMany(5);
    state.fails = true;
    expect(await take()).toMatchObject({ allowed: false, degraded: false });
  });

  it('does not make a guess of a refusal that a count stands for as well', async () => {
    const { state, take, takeMany } = container({ onStoreFailure: 'allow' });
    const quota = { perKey: 3, perOrganization: null };
    await takeMany(3, { rateLimit: null, quota });
    state.fails = true;
    await takeMany(2, limitOf(2));
    expect(await take({ ...limitOf(2), quota })).toMatchObject({ allowed: false, degraded: false });
  });

  it('lets a container pass no more than the limit by itself, and is told of it afterwards', async () => {
    const { table, state, takeMany } = container({ onStoreFailure: 'allow' });
    state.fails = true;
    expect(await takeMany(100, limitOf(10))).toBe(10);
    expect(await takeMany(3, limitOf(14))).toBe(3);
    state.fails = false;
    state.ms += 10_000;
    expect(await takeMany(10, limitOf(14))).toBe(1);
    expect(table.used(minute)).toBe(14);
  });

  it('is told of it also where the container has nothing left, so that no other lets as many pass again', async () => {
    const { table, state, take, takeMany } = container({ onStoreFailure: 'allow' });
    const other = container({ onStoreFailure: 'allow', table });
    state.fails = true;
    expect(await takeMany(8)).toBe(5);
    expect(await take()).toMatchObject({ allowed: false, degraded: true });
    state.fails = false;
    state.ms += 1000;
    expect(await take()).toMatchObject({ allowed: false, degraded: false, writes: 1 });
    expect(await take()).toMatchObject({ allowed: false, degraded: false, writes: 0 });
    expect(table.used(minute)).toBe(5);
    expect(await other.take()).toMatchObject({ allowed: false, degraded: false });
  });

  it('is told of no more than the limit, whatever others have taken and however it was lowered', async () => {
    const { table, state, takeMany } = container({ onStoreFailure: 'allow' });
    const other = container({ table });
    expect(await other.takeMany(60, limitOf(100))).toBe(60);
    const taken = table.used(minute) ?? 0;
    state.fails = true;
    expect(await takeMany(50, limitOf(100))).toBe(50);
    state.fails = false;
    state.ms += 1000;
    expect(await takeMany(3, limitOf(70))).toBe(0);
    expect(table.used(minute)).toBe(70);
    expect(await takeMany(3, limitOf(100))).toBe(0);
    expect(table.used(minute)).toBe(100);
    expect(taken).toBeLessThan(70);
  });

  it('is told once of what was let through meanwhile, and not with every lease', async () => {
    const { table, state, takeMany } = container({ onStoreFailure: 'allow' });
    state.fails = true;
    expect(await takeMany(20, limitOf(100))).toBe(20);
    state.fails = false;
    state.ms += 1000;
    expect(await takeMany(200, limitOf(100))).toBe(80);
    expect(table.used(minute)).toBe(100);
  });

  it('is used again as soon as it answers', async () => {
    const { state, take } = container({ onStoreFailure: 'refuse' });
    state.fails = true;
    await take();
    state.fails = false;
    state.ms += 250;
    expect(await take()).toMatchObject({ allowed: true, degraded: false });
  });

  it('by answering later than its windows last does not keep a request for ever', async () => {
    const { state, take } = container({ onStoreFailure: 'allow' });
    state.latencyMs = 1500;
    expect(await take(limitOf(5, 1))).toMatchObject({ allowed: true, degraded: true });
    expect(state.calls).toBeLessThanOrEqual(6);
  });
});
