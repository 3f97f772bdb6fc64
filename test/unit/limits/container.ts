import { newLimiter } from '../../../shared/limits/limiter.ts';
import { policiesOf } from '../../../shared/limits/policy.ts';
import type { LimitedCaller } from '../../../shared/limits/policy.ts';
import { limitStore } from '../../../shared/limits/store.ts';
import { MemoryTable } from './memoryStore.ts';

/** When a container’s clock starts: 10:00:30, in the middle of a minute. */
export const begin = Date.UTC(2026, 10, 22, 10, 0, 30);

/** One container’s limiter over a table, with a clock and a store that do as told. */
export function container(options: { onStoreFailure?: 'allow' | 'refuse'; maxAccounts?: number; table?: MemoryTable } = {}) {
  const table = options.table ?? new MemoryTable();
  const state = { ms: begin, fails: false, throttles: '', latencyMs: 0, failures: 0, calls: 0 };
  const client = {
    updateItem: async (input: Parameters<MemoryTable['updateItem']>[0]) => {
      state.calls += 1;
      state.ms += state.latencyMs;
      if (state.fails) throw Object.assign(new Error('There was no answer.'), { name: 'TimeoutError', remedy: 'transient' });
      if (state.throttles && input.Key['pk']?.S.includes(state.throttles)) {
        throw Object.assign(new Error('Rate exceeded'), { name: 'ProvisionedThroughputExceededException', remedy: 'throttled' });
      }
      return table.updateItem(input);
    },
  };
  const limiter = newLimiter({
    store: limitStore(client, 'usage'),
    onStoreFailure: options.onStoreFailure ?? 'refuse',
    nowMs: () => state.ms,
    monotonicMs: () => state.ms - begin,
    onFailure: () => { state.failures += 1; },
    ...(options.maxAccounts === undefined ? {} : { maxAccounts: options.maxAccounts }),
  });
  const take = async (caller: Partial<LimitedCaller> = {}) =>
    limiter.take(policiesOf({ keyId: 'key_1', organizationId: 'org_1', rateLimit: { limit: 5, windowSec: 60 }, quota: null, planLimit: null, ...caller }));
  const takeMany = async (n: number, caller: Partial<LimitedCaller> = {}) => {
    let allowed = 0;
    for (let i = 0; i < n; i += 1) if ((await take(caller))?.allowed) allowed += 1;
    return allowed;
  };
  return { table, state, limiter, take, takeMany };
}

export const limitOf = (limit: number, windowSec = 60) => ({ rateLimit: { limit, windowSec } });
/** The counter of that minute. */
export const minute = 'LIMIT#key_1#1795341600#60 COUNT';
