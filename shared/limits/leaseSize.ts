import type { LimitWindow } from './windows.ts';
import { maxSkewMs, releasedMs } from './windows.ts';

/** What the size of a lease follows from. */
export interface LeaseSituation {
  readonly window: LimitWindow;
  readonly localMs: number;
  /** Requests a second that this container itself expects. */
  readonly expectedPerSec: number;
  /** Spent tokens that the window's last requests may spend again, see `Counter`. */
  readonly respendable: number;
  /** Tokens that nobody has leased, as far as this container knows. */
  readonly left: number;
  /** Requests that wait for this lease. */
  readonly waiting: number;
}

// A container lives for minutes; what it holds when it dies is lost until the window ends.
const lifetimeMs = 300_000;
// A lease lasts two seconds at the container's own rate, or 16 requests where they take longer than that.
const horizonSec = 2;
const smallLease = 16;
// No more than it will most probably spend: what it does not is stranded.
const probablySpent = 0.8;
// And no more than an eighth of what is left, so that the others have some too.
const shareOfRest = 1 / 8;

/**
 * How many tokens to lease: a part of what this container will itself need in what is left of the window, so that hardly
 * any are stranded when it ends. Towards the end of the window or of the tokens that is 1.
 */
export function leaseSize({ window, localMs, expectedPerSec, respendable, left, waiting }: LeaseSituation): number {
  const expectedUntil = (ms: number): number => (expectedPerSec * Math.min(ms - localMs, lifetimeMs)) / 1000;
  const lastPartMs = window.endMs - maxSkewMs;
  const untilReleased = expectedUntil(releasedMs(window));
  // The last part of a window is mostly paid with what its first part has spent.
  const needed = localMs < lastPartMs ? expectedUntil(lastPartMs) : untilReleased - respendable;
  const probable = probablySpent * Math.min(needed, Math.max(smallLease, expectedPerSec * horizonSec));
  // Of n expected requests, chance makes √n more or fewer. A few tokens for that save writes in the last part, too.
  const byChance = Math.sqrt(untilReleased);
  const wanted = Math.floor(Math.min(Math.max(probable, byChance), left * shareOfRest));
  return Math.max(Math.min(Math.max(wanted, waiting, 1), left), 0);
}
