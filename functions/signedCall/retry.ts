import { toCallError } from './callError.ts';
import type { CallError } from './callError.ts';

export interface RetryOptions {
  readonly maxAttempts: number;
  /** All attempts and the waits between them, in milliseconds. */
  readonly budgetMs: number;
  /** The first wait after a failure that is no throttling is shorter than this; it doubles. */
  readonly baseDelayMs: number;
  /** A clock that only goes forward, in milliseconds. */
  readonly elapsedMs: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Gets the milliseconds that are left of the budget. */
export type Attempt<Result> = (remainingMs: number) => Promise<Result>;

export type Retrying = <Result>(attempt: Attempt<Result>) => Promise<Result>;

// What the SDK's standard retry mode goes by.
const throttledBaseDelayMs = 1_000;
const maxDelayMs = 20_000;
const fullBucket = 500;
const transientCost = 14;
const throttledCost = 5;

/**
 * Retries as the SDK's standard mode does: waits of random length below a bound that doubles, and a bucket of tokens
 * over all calls, so that a service which fails for long is not asked several times as often. On top of it a budget:
 * a retry that could not start within it is not waited for, and the last failure is thrown.
 */
export function retrying(options: RetryOptions): Retrying {
  let bucket = fullBucket;

  const waitFor = (error: CallError, attempts: number, startMs: number): { delayMs: number; cost: number } | null => {
    if (error.remedy === 'final' || error.remedy === 'expired_credentials' || attempts >= options.maxAttempts) return null;
    const cost = error.remedy === 'throttled' ? throttledCost : transientCost;
    const delayMs = delay(error, attempts, options);
    const isInBudget = options.elapsedMs() - startMs + delayMs < options.budgetMs;
    return isInBudget && bucket >= cost ? { delayMs, cost } : null;
  };

  return async (attempt) => {
    const startMs = options.elapsedMs();
    // What a success puts back: the cost of the last retry, or a single token.
    let refund = 1;
    for (let attempts = 1; ; attempts += 1) {
      try {
        const result = await attempt(options.budgetMs - (options.elapsedMs() - startMs));
        bucket = Math.min(fullBucket, bucket + refund);
        return result;
      } catch (cause) {
        const error = toCallError(cause);
        const wait = waitFor(error, attempts, startMs);
        if (!wait) throw error;
        bucket -= wait.cost;
        refund = wait.cost;
        await options.sleep(wait.delayMs);
      }
    }
  };
}

function delay(error: CallError, attempts: number, { baseDelayMs, random }: RetryOptions): number {
  if (error.remedy === 'stale_connection') return 0;
  const base = error.remedy === 'throttled' ? throttledBaseDelayMs : baseDelayMs;
  const ownMs = Math.floor(random() * Math.min(base * 2 ** (attempts - 1), maxDelayMs));
  // The service may ask for more, within five seconds of our own.
  return Math.max(ownMs, Math.min(error.retryAfterMs ?? 0, ownMs + 5_000));
}
