import { newLimiter } from '../../shared/limits/limiter.ts';
import { limitStore } from '../../shared/limits/store.ts';
import type { LimitClient } from '../../shared/limits/store.ts';
import type { FlexibleLimiter } from './rateLimiterFlexible.ts';

/** One container's limiter, as the authorizer has it, with its writes counted. */
export function leasedLimiter(client: LimitClient, { limit, windowSec }: { limit: number; windowSec: number }): FlexibleLimiter {
  let writes = 0;
  const counting: LimitClient = {
    updateItem: (input) => {
      writes += 1;
      return client.updateItem(input);
    },
  };
  const limiter = newLimiter({
    store: limitStore(counting, 'usage'),
    onStoreFailure: 'refuse',
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
  });
  const take = async (subjectId: string): Promise<boolean> => {
    const admission = await limiter.take([{ name: 'default', code: 'rate_limited', subjectId, limit, span: { windowSec } }]);
    return admission?.allowed ?? false;
  };
  return { take, writes: () => writes };
}
