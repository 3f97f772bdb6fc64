import type { LimitWindow } from './windows.ts';
import { maxSkewMs } from './windows.ts';

/**
 * What a container knows of one counter in one window.
 *
 * Tokens are numbered: a lease of n that left the counter at `used` is the numbers used − n + 1 … used, which nobody
 * else has. A request under a limit L passes only on a number up to L. So at most L requests pass under L in a window,
 * even where the limit was just lowered and other containers, or leases from before, still go by the higher one.
 */
export interface Counter {
  readonly window: LimitWindow;
  /** The lease: numbers from `next` to `last`, none when next > last. */
  next: number;
  last: number;
  /** The highest state of the counter that the store has told; tokens up to it belong to somebody. */
  knownUsed: number;
  /** Requests that were let through while the store failed; the next lease pays for them, as far as the limit goes. */
  unpaid: number;
  /**
   * Tokens that were spent near the window's start, oldest first, with the monotonic time of it. Two requests that are
   * a whole window apart cannot both lie in the window, wherever its true boundaries are: the later one may spend the
   * same token again. Without it, a steady caller would pay twice for the 400 ms about each boundary.
   */
  readonly respendable: { readonly number: number; readonly spentMs: number }[];
  /** Whether the store has ever answered for it. */
  isAnswered: boolean;
  /** Requests that wait for the lease under way. */
  waiting: number;
  leasing: Promise<void> | null;
}

/** Where a request stands in time. */
export interface Instant {
  /** The container's clock, epoch milliseconds, off by at most `maxSkewMs`. */
  readonly localMs: number;
  /** A clock that is never set, milliseconds since whenever; it may stand still, it runs at most 0.1 % fast. */
  readonly monotonicMs: number;
}

const fastestClock = 1.001;
const maxRespendable = 1000;

export function newCounter(window: LimitWindow): Counter {
  return { window, next: 1, last: 0, knownUsed: 0, unpaid: 0, respendable: [], isAnswered: false, waiting: 0, leasing: null };
}

export function hasToken(counter: Counter, limit: number, at: Instant): boolean {
  return canRespend(counter, limit, at) || counter.next <= Math.min(counter.last, limit);
}

/** Nothing is held and the store has nothing left: true until the window ends, without asking again. */
export function isExhausted(counter: Counter, limit: number, at: Instant): boolean {
  return !hasToken(counter, limit, at) && counter.knownUsed + counter.unpaid >= limit;
}

/** What a lease can pay of the slate: the store takes no more than the limit, and what is beyond it has passed for good. */
export function payable({ unpaid, knownUsed }: Counter, limit: number): number {
  return Math.max(Math.min(unpaid, limit - knownUsed), 0);
}

/** Spends a token if one is held; otherwise the request goes on the slate. */
export function spend(counter: Counter, limit: number, at: Instant): void {
  if (canRespend(counter, limit, at)) {
    counter.respendable.shift();
    return;
  }
  if (counter.next > Math.min(counter.last, limit)) {
    counter.unpaid += 1;
    return;
  }
  const isNearStart = at.localMs < counter.window.startMs + maxSkewMs;
  if (isNearStart && counter.respendable.length < maxRespendable) {
    counter.respendable.push({ number: counter.next, spentMs: at.monotonicMs });
  }
  counter.next += 1;
}

function canRespend({ respendable, window }: Counter, limit: number, at: Instant): boolean {
  const oldest = respendable[0];
  if (!oldest || oldest.number > limit) return false;
  return at.monotonicMs - oldest.spentMs >= (window.endMs - window.startMs) * fastestClock;
}

/** What a lease was asked for: tokens to spend, and tokens for requests that were let through before. */
export interface Asked {
  readonly n: number;
  readonly unpaid: number;
}

/** Takes in what the store answered. A lease is asked for only when no token is held, so none is overwritten. */
export function takeAnswer(counter: Counter, asked: Asked, answer: { readonly granted: boolean; readonly used: number }): void {
  counter.isAnswered = true;
  counter.knownUsed = Math.max(counter.knownUsed, answer.used);
  if (!answer.granted) return;
  counter.unpaid -= asked.unpaid;
  counter.next = answer.used - asked.n + 1;
  counter.last = answer.used;
}

/** Tokens that nobody has leased, as far as this container knows. */
export function leftInStore({ knownUsed, unpaid }: Counter, limit: number): number {
  return Math.max(limit - knownUsed - unpaid, 0);
}

/** What is left in the store and here: an estimate, the others may have leased since. */
export function remaining(counter: Counter, limit: number): number {
  const held = Math.max(Math.min(counter.last, limit) - counter.next + 1, 0);
  return Math.max(limit - counter.knownUsed - counter.unpaid + held, 0);
}
