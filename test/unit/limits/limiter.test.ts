import { describe, expect, it } from 'vitest';
import { newLimiter } from '../../../shared/limits/limiter.ts';
import { policiesOf } from '../../../shared/limits/policy.ts';
import { container, limitOf, minute } from './container.ts';
import { MemoryTable } from './memoryStore.ts';

describe('a request under a limit', () => {
  it('is told what is left and when it is back, and beyond the limit when to come again', async () => {
    const { take, takeMany } = container();
    expect(await take()).toEqual({
      allowed: true, code: null, policy: 'default', limit: 5, windowSec: 60, remaining: 4,
      resetMs: Date.UTC(2026, 10, 22, 10, 1) + 200, retryAfterSec: null, degraded: false, writes: 1,
    });
    expect(await takeMany(4)).toBe(4);
    expect(await take()).toEqual({
      allowed: false, code: 'rate_limited', policy: 'default', limit: 5, windowSec: 60, remaining: 0,
      resetMs: Date.UTC(2026, 10, 22, 10, 1) + 200, retryAfterSec: 31, degraded: false, writes: 0,
    });
  });

  it('passes again as soon as it was told to come again', async () => {
    const { state, take, takeMany } = container();
    await takeMany(6);
    state.ms = Date.UTC(2026, 10, 22, 10, 1) + 199;
    expect(await take()).toMatchObject({ allowed: false, retryAfterSec: 1 });
    state.ms += 1;
    expect(await take()).toMatchObject({ allowed: true, remaining: 4 });
  });

  it('costs nothing once the limit is reached, until the window ends', async () => {
    const { state, takeMany } = container();
    await takeMany(5);
    const { calls } = state;
    expect(await takeMany(1000)).toBe(0);
    expect(state.calls).toBe(calls);
  });

  it('learns from one refused write that others have used the limit up', async () => {
    const table = new MemoryTable();
    await container({ table }).takeMany(5);
    const late = container({ table });
    expect(await late.take()).toMatchObject({ allowed: false, writes: 1, degraded: false });
    expect(await late.takeMany(10)).toBe(0);
    expect(late.state.calls).toBe(1);
  });

  it('gets what is left where a whole lease is not to be had', async () => {
    const table = new MemoryTable();
    const first = container({ table });
    await first.takeMany(40, limitOf(100));
    // Busy enough to ask for several, though by then only few are left that it does not know to be taken.
    await container({ table }).takeMany(52, limitOf(100));
    const passed = await first.takeMany(200, limitOf(100));
    expect(passed).toBeGreaterThan(0);
    expect(table.used(minute)).toBe(100);
  });

  it('near a boundary is charged to both windows', async () => {
    const { table, state, take } = container();
    state.ms = Date.UTC(2026, 10, 22, 10, 1) - 200;
    await take();
    expect([...table.items.keys()]).toEqual([minute, 'LIMIT#key_1#1795341660#60 COUNT']);
  });

  it('a millisecond further off is charged to its own', async () => {
    const { table, state, take } = container();
    state.ms = Date.UTC(2026, 10, 22, 10, 1) - 201;
    await take();
    state.ms = Date.UTC(2026, 10, 22, 10, 2) + 200;
    await take();
    expect([...table.items.keys()]).toEqual([minute, 'LIMIT#key_1#1795341720#60 COUNT']);
  });

  it('never shares its token with another one that is decided at the same time', async () => {
    const { table, limiter } = container();
    const policies = policiesOf({ keyId: 'key_1', organizationId: 'org_1', ...limitOf(500), planLimit: null, quota: null });
    const answers = await Promise.all(Array.from({ length: 1000 }, async () => limiter.take(policies)));
    expect(answers.filter((answer) => answer?.allowed)).toHaveLength(500);
    expect(table.used(minute)).toBe(500);
    expect(table.writes).toBe(1);
    expect(answers.filter((answer) => answer?.writes === 1)).toHaveLength(1);
  });

  it('takes no more from the others for those that have waited before', async () => {
    const { table, takeMany } = container();
    await takeMany(5, limitOf(7));
    expect(table.used(minute)).toBe(5);
  });

  it('is none of the limiter’s business where nothing bounds it', async () => {
    const { state, take } = container();
    expect(await take({ rateLimit: null })).toBeNull();
    expect(await take({ rateLimit: null, quota: { perKey: null, perOrganization: null } })).toBeNull();
    expect(state.calls).toBe(0);
  });
});

describe('a store whose answers come to nothing', () => {
  const policies = policiesOf({ keyId: 'key_1', organizationId: 'org_1', ...limitOf(50), planLimit: null, quota: null });
  const limiterOf = (usedAfter: (n: number) => number) => {
    const state = { ms: 0, fails: false, writes: 0 };
    const lease = async ({ n }: { n: number }) => {
      state.writes += 1;
      // The second is the end of a limiter that would ask for ever.
      if (state.fails || state.writes > 100) throw new Error('There was no answer.');
      return { granted: false, used: usedAfter(n) };
    };
    return { state, limiter: newLimiter({ store: { lease }, onStoreFailure: 'allow', nowMs: () => 30_000 + state.ms, monotonicMs: () => state.ms }) };
  };

  it('costs a request ten writes, and then it is refused', async () => {
    const { limiter } = limiterOf(() => 0);
    expect(await limiter.take(policies)).toMatchObject({ allowed: false, degraded: false, writes: 10 });
  });

  it('costs a request ten writes also for what was let through before', async () => {
    const { state, limiter } = limiterOf((n) => 50 - n + 1);
    state.fails = true;
    for (let i = 0; i < 50; i += 1) await limiter.take(policies);
    state.fails = false;
    state.ms = 10_000;
    expect(await limiter.take(policies)).toMatchObject({ allowed: false, writes: 10 });
  });
});

describe('a container’s memory', () => {
  it('is bounded: the keys that were not seen the longest are forgotten, which costs a lease and no limit', async () => {
    const { table, limiter, state, take, takeMany } = container({ maxAccounts: 3 });
    for (let i = 0; i < 50; i += 1) await take({ keyId: `key_${i}` });
    expect(limiter.size).toBe(3);
    const { calls } = state;
    await take({ keyId: 'key_47' });
    expect(state.calls).toBeLessThanOrEqual(calls + 1);
    expect(await takeMany(10, { keyId: 'key_0' })).toBeLessThanOrEqual(4);
    expect(table.used('LIMIT#key_0#1795341600#60 COUNT')).toBe(5);
  });

  it('is of ten thousand keys where nobody says otherwise', async () => {
    const { limiter, take } = container();
    for (let i = 0; i < 10_001; i += 1) await take({ keyId: `key_${i}`, ...limitOf(0) });
    expect(limiter.size).toBe(10_000);
  });

  it('keeps what is asked for again and again', async () => {
    const { state, take } = container({ maxAccounts: 3 });
    for (const key of ['key_1', 'key_2', 'key_3', 'key_1', 'key_4']) await take({ keyId: key, ...limitOf(1) });
    const { calls } = state;
    expect(await take(limitOf(1))).toMatchObject({ allowed: false });
    expect(state.calls).toBe(calls);
  });
});
