import { afterFailure, noFailure } from './backOff.ts';
import type { BackOff } from './backOff.ts';
import { leftInStore, payable, takeAnswer } from './counter.ts';
import type { Instant } from './counter.ts';
import { expectedPerSec } from './demandRate.ts';
import { leaseSize } from './leaseSize.ts';
import type { Charge } from './ledger.ts';
import { counterKey, purgeAtSec } from './policy.ts';
import { isThrottled } from './store.ts';
import type { LimitStore } from './store.ts';

interface LeasesOptions {
  readonly store: LimitStore;
  readonly now: () => Instant;
  readonly onFailure: (error: unknown) => void;
}

// So many failures in a row, of any counters, and the whole store is left alone for a while.
const storeWideFailures = 3;

export interface Leases {
  /** One lease for everyone who waits for it: true to the one whose request it is. Never throws. */
  ask(charge: Charge): Promise<boolean>;
  /** The monotonic time before which the store is not asked. */
  retryMs(charge: Charge): number;
}

/** Leases from the store, at most one under way for a counter; a store that fails is left alone for a while. */
export function newLeases({ store, now, onFailure }: LeasesOptions): Leases {
  let storeWide: BackOff = noFailure;
  const lease = async ({ policy, counter, account }: Charge): Promise<void> => {
    // One tick, so that all who came for this lease at once are counted among those that wait.
    await Promise.resolve();
    const asked = { n: sizeOf({ policy, counter, account }, now()), unpaid: payable(counter, policy.limit) };
    try {
      const key = counterKey(policy, counter.window);
      const purge = purgeAtSec(policy, counter.window);
      const answer = await store.lease({ counter: key, n: asked.n + asked.unpaid, limit: policy.limit, purgeAtSec: purge });
      takeAnswer(counter, asked, answer);
      account.backOff = storeWide = noFailure;
    } catch (error) {
      account.backOff = afterFailure(account.backOff, now().monotonicMs);
      // A counter that is written too often throttles by itself: the limits of others have nothing to do with it.
      if (!isThrottled(error)) storeWide = afterFailure(storeWide, now().monotonicMs);
      onFailure(error);
    }
  };
  return {
    async ask(charge) {
      const { counter } = charge;
      const isOwn = counter.leasing === null;
      counter.waiting += 1;
      counter.leasing ??= lease(charge).finally(() => { counter.leasing = null; });
      await counter.leasing;
      counter.waiting -= 1;
      return isOwn;
    },
    retryMs({ account }) {
      return storeWide.failures < storeWideFailures ? account.backOff.untilMs : Math.max(account.backOff.untilMs, storeWide.untilMs);
    },
  };
}

function sizeOf({ policy, counter, account }: Charge, at: Instant): number {
  return leaseSize({
    window: counter.window,
    localMs: at.localMs,
    expectedPerSec: account.rate ? expectedPerSec(account.rate) : 0,
    respendable: counter.respendable.length,
    left: leftInStore(counter, policy.limit),
    waiting: counter.waiting,
  });
}
