import { beforeEach, expect, it, vi } from 'vitest';
import { isServedSince } from '../../../../functions/jobs/sweep/servedSince.ts';

const state = vi.hoisted(() => ({ asked: [] as string[], hours: [] as object[] }));

vi.mock('../../../../functions/dependencies.ts', () => ({ nowMs: () => Date.parse('2026-11-22T08:23:00.000Z') }));
vi.mock('../../../../functions/usageDependencies.ts', () => ({
  usageStores: () => ({
    hours: async (_keyId: string, { fromMs, toMs }: { fromMs: number; toMs: number }) => {
      state.asked = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
      return state.hours;
    },
  }),
}));

beforeEach(() => void (state.hours = []));

it('a key was served in an hour in which not all of its requests were refused', async () => {
  const served = () => isServedSince('key_4f8KmQ2xT7Zb', Date.parse('2026-11-21T08:23:00.000Z'));
  expect(await served()).toBe(false);
  state.hours = [{ requests: 3, refusals: { rate_limited: 1, insufficient_scope: 2 } }];
  expect(await served()).toBe(false);
  state.hours = [{ requests: 4, refusals: { rate_limited: 1, insufficient_scope: 2 } }];
  expect(await served()).toBe(true);
});

it('whole hours are looked at, that in which the time lies and the present one included', async () => {
  await isServedSince('key_4f8KmQ2xT7Zb', Date.parse('2026-11-21T08:23:00.000Z'));
  expect(state.asked).toEqual(['2026-11-21T08:00:00.000Z', '2026-11-22T09:00:00.000Z']);
});
