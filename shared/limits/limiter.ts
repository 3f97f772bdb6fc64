import { admitted, refused, refusedUnseen } from './admission.ts';
import type { Admission } from './admission.ts';
import { hasToken, isExhausted, payable, spend } from './counter.ts';
import type { Instant } from './counter.ts';
import { newLeases } from './leases.ts';
import type { Leases } from './leases.ts';
import { newLedger } from './ledger.ts';
import type { Charge, Ledger } from './ledger.ts';
import type { LimitPolicy } from './policy.ts';
import type { LimitStore } from './store.ts';

export interface LimiterOptions {
  readonly store: LimitStore;
  /** What a request gets whose counter cannot be read; a limit that is known to be reached refuses all the same. */
  readonly onStoreFailure: 'allow' | 'refuse';
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** A clock that is never set, `performance.now` say, in milliseconds. */
  readonly monotonicMs: () => number;
  /** Told of every failed lease, to be logged; it must not throw. */
  readonly onFailure?: (error: unknown) => void;
  /** @default 10,000 */
  readonly maxAccounts?: number;
}

export interface Limiter {
  /**
   * Takes one request's tokens from every policy, or none from any. Null when there is no policy. Never throws: a store
   * that fails is `onStoreFailure`'s business.
   */
  take(policies: readonly LimitPolicy[]): Promise<Admission | null>;
  /** Policies that something is kept of. */
  readonly size: number;
}

// A lease that comes too late for its window is tried again twice; then the store is too slow to be one.
const maxSlowRounds = 3;
// Where requests of one container, or containers, take each other's last tokens, the quicker ones are let pass first.
const maxRounds = 10;

/**
 * A container's limiter.
 *
 * What holds: over all containers whose clocks are at most 200 ms off, no more requests are let through in any true
 * window than the limit that they were let through under, however requests, leases, crashes and clock steps fall.
 * Excepted are those that `onStoreFailure: 'allow'` lets through uncounted; they are marked `degraded`.
 *
 * Why: a request is decided in one synchronous step, at one reading of the clocks, and spends a token of every window
 * that the true time may lie in (`windowsAt`). A window's tokens are numbered, and the store hands each number out once
 * (`Counter`). A number that is spent twice is so a whole window apart, so at most one of the two lies in the window. So
 * the requests of a true window have different numbers, all of them from 1 to the limit.
 *
 * What it costs the caller: a window is charged for the 200 ms before and after it as well. One whose requests number
 * at most the limit in every stretch of the window's length and 800 ms (400 ms where clocks are right) finds room, but
 * for tokens that are stranded in other containers. A steady caller loses nothing, as its requests at the end of a
 * window spend the numbers of those at its beginning again. One that sends its all in bursts on the boundaries may be
 * held to a third of the limit. A new window opens 200 ms late to a caller that had used up the last one.
 */
export function newLimiter(options: LimiterOptions): Limiter {
  const ledger = newLedger(options.maxAccounts ?? 10_000);
  const now = (): Instant => ({ localMs: options.nowMs(), monotonicMs: options.monotonicMs() });
  const leases = newLeases({ store: options.store, now, onFailure: options.onFailure ?? (() => {}) });
  return {
    async take(policies) {
      if (policies.length === 0) return null;
      const begin = now();
      for (const policy of policies) ledger.noteRequest(policy, begin);
      let writes = 0;
      for (let round = 1; ; round += 1) {
        const at = now();
        const step = decide(policies, { at, ledger, leases, options, writes, round });
        if ('answer' in step) return step.answer;
        const asked = await Promise.all(step.ask.map((charge) => leases.ask(charge)));
        writes += asked.filter((isOwn) => isOwn).length;
      }
    },
    get size() {
      return ledger.size;
    },
  };
}

interface Situation {
  readonly at: Instant;
  readonly ledger: Ledger;
  readonly leases: Leases;
  readonly options: LimiterOptions;
  readonly writes: number;
  readonly round: number;
}

type Step = { readonly answer: Admission } | { readonly ask: readonly Charge[] };

/** Answers, with the tokens spent, or says which counters have to be asked for a lease first. Synchronous. */
function decide(policies: readonly LimitPolicy[], { at, ledger, leases, options, writes, round }: Situation): Step {
  const charges = policies.flatMap((policy) => ledger.chargesOf(policy, at));
  const circumstances = { at, writes, degraded: false };
  const isInTime = ({ counter }: Charge) => counter.isAnswered || round <= maxSlowRounds;
  const canAsk = (charge: Charge) => isInTime(charge) && leases.retryMs(charge) <= at.monotonicMs;
  const exhausted = charges.filter(({ counter, policy }) => isExhausted(counter, policy.limit, at));
  if (exhausted.length > 0) {
    // The store is told first of what passed uncounted: the other containers go by what it says.
    const owing = exhausted.filter(({ counter, policy }) => payable(counter, policy.limit) > 0);
    const ask = round > maxRounds ? [] : owing.filter(canAsk);
    if (ask.length > 0) return { ask };
    return { answer: refused(exhausted, { ...circumstances, degraded: owing.length === exhausted.length }) };
  }
  const lacking = charges.filter(({ counter, policy }) => !hasToken(counter, policy.limit, at));
  if (round > maxRounds && lacking.length > 0) return { answer: refused(lacking, circumstances) };
  const askable = lacking.filter(canAsk);
  const unseen = lacking.find((charge) => !askable.includes(charge));
  if (unseen && options.onStoreFailure === 'refuse') {
    return { answer: refusedUnseen(unseen, leases.retryMs(unseen), { ...circumstances, degraded: true }) };
  }
  if (askable.length > 0) return { ask: askable };
  for (const { counter, policy } of charges) spend(counter, policy.limit, at);
  return { answer: admitted(charges, { ...circumstances, degraded: lacking.length > 0 }) };
}
