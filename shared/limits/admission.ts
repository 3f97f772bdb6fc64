import type { Instant } from './counter.ts';
import { remaining } from './counter.ts';
import type { Charge } from './ledger.ts';
import type { LimitCode, PolicyName } from './policy.ts';
import { releasedMs } from './windows.ts';

/** What a request is told: the state of the policy that is tightest, or that refused it. */
export interface Admission {
  readonly allowed: boolean;
  readonly code: LimitCode | null;
  readonly policy: PolicyName;
  readonly limit: number;
  readonly windowSec: number;
  /**
   * Requests that may still pass, as far as this container knows: what the store had left at the container's last lease
   * and what the container itself holds. The others may have taken from it since.
   */
  readonly remaining: number;
  /** When requests stop being charged to the window, epoch milliseconds: its end and the 200 ms that clocks may differ. */
  readonly resetMs: number;
  /** Whole seconds, at least 1; null when allowed. */
  readonly retryAfterSec: number | null;
  /** Decided by `onStoreFailure` and not by a count. */
  readonly degraded: boolean;
  /** Writes that this request cost, refused conditions and failures included. */
  readonly writes: number;
}

interface Circumstances {
  readonly at: Instant;
  readonly writes: number;
  readonly degraded: boolean;
}

/** The request passed; its tokens are spent. */
export function admitted(charges: readonly Charge[], circumstances: Circumstances): Admission {
  const tightest = pick(charges, (a, b) => leftOf(a) - leftOf(b));
  return { ...stateOf(tightest), allowed: true, code: null, retryAfterSec: null, ...of(circumstances) };
}

/** No room: of several that have none, the one that lasts longest is named, so that nobody is sent into the next. */
export function refused(exhausted: readonly Charge[], circumstances: Circumstances): Admission {
  const longest = pick(exhausted, (a, b) => b.counter.window.endMs - a.counter.window.endMs);
  const state = { ...stateOf(longest), remaining: 0 };
  return { ...state, allowed: false, code: longest.policy.code, retryAfterSec: retryAfterSec(state.resetMs, circumstances.at), ...of(circumstances) };
}

/** The store cannot say, and the deployment has chosen to refuse then: worth another try when the store is asked again. */
export function refusedUnseen(charge: Charge, retryMs: number, circumstances: Circumstances): Admission {
  const resetMs = circumstances.at.localMs + Math.ceil(Math.max(retryMs - circumstances.at.monotonicMs, 1000));
  const state = { ...stateOf(charge), remaining: 0, resetMs };
  return { ...state, allowed: false, code: charge.policy.code, retryAfterSec: retryAfterSec(resetMs, circumstances.at), ...of(circumstances) };
}

function leftOf({ counter, policy }: Charge): number {
  return remaining(counter, policy.limit);
}

function pick(charges: readonly Charge[], compare: (a: Charge, b: Charge) => number): Charge {
  const first = charges.toSorted(compare)[0];
  if (!first) throw new Error('A decision needs at least one charge.');
  return first;
}

function stateOf(charge: Charge) {
  const { policy, counter } = charge;
  const windowSec = (counter.window.endMs - counter.window.startMs) / 1000;
  return { policy: policy.name, limit: policy.limit, windowSec, remaining: leftOf(charge), resetMs: releasedMs(counter.window) };
}

function retryAfterSec(resetMs: number, at: Instant): number {
  return Math.max(Math.ceil((resetMs - at.localMs) / 1000), 1);
}

function of({ writes, degraded }: Circumstances): { writes: number; degraded: boolean } {
  return { writes, degraded };
}
