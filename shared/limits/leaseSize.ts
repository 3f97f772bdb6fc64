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
// While much is left, a lease of a few saves writes: chance makes about √n more requests come than the n expected.
const negligibleShare = 1 / 32;

/**
 * How many tokens to lease: a part of what this container will itself need in what is left of the window, so that hardly
 * any are stranded when it ends. Towards the end of the window or of the tokens that is 1.
 */
export function leaseSize({ window, localMs, expectedPerSec, respendable, left, waiting }: LeaseSituation): number {
  const lastPartMs = window.endMs - maxSkewMs;
  // The last part of a window is mostly paid with what its first part has spent.
  const isLastPart = localMs >= lastPartMs;
  const timeMs = Math.min((isLastPart ? releasedMs(window) : lastPartMs) - localMs, lifetimeMs);
  const expected = (expectedPerSec * timeMs) / 1000;
  const needed = expected - (isLastPart ? respendable : 0);
  const probable = Math.min(probablySpent * Math.min(needed, Math.max(smallLease, expectedPerSec * horizonSec)), left * shareOfRest);
  const few = Math.min(Math.sqrt(expected), left * negligibleShare);
  const wanted = Math.max(Math.floor(probable), Math.floor(few), waiting, 1);
  return Math.max(Math.min(wanted, left), 0);
}
