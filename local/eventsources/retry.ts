import type { PendingRecord, RetryPolicy } from './streamMapping.ts';

/** Records that go to the function together, and how often they did in vain. */
export interface Piece {
  readonly records: readonly PendingRecord[];
  readonly failedAttempts: number;
}

/** What follows from one try: records that are done, records that are given up, and what is to be tried next, in order. */
export interface Verdict {
  readonly done: readonly PendingRecord[];
  readonly givenUp: readonly PendingRecord[];
  readonly next: readonly Piece[];
}

const longestAgeSec = 86_400;
const firstBackOffMs = 100;
const longestBackOffMs = 1_000;

/**
 * Decides after a try that failed from the record `failedFrom` on (null: none failed). As Lambda: what lies before
 * the lowest failure is done; where batches are bisected, the rest is cut there or else in two, which is no retry;
 * where they are not, or one record is left, each failure is one.
 */
export function judge({ records, failedAttempts }: Piece, failedFrom: number | null, { bisects, maximumRetryAttempts }: RetryPolicy): Verdict {
  if (failedFrom === null) return { done: records, givenUp: [], next: [] };
  const done = records.slice(0, failedFrom);
  const rest = records.slice(failedFrom);
  if (bisects && done.length > 0) return { done, givenUp: [], next: [{ records: rest, failedAttempts }] };
  if (bisects && rest.length > 1) {
    const middle = Math.ceil(rest.length / 2);
    const halves = [rest.slice(0, middle), rest.slice(middle)];
    return { done, givenUp: [], next: halves.map((half) => ({ records: half, failedAttempts })) };
  }
  const attempts = failedAttempts + 1;
  if (maximumRetryAttempts >= 0 && attempts > maximumRetryAttempts) return { done, givenUp: rest, next: [] };
  return { done, givenUp: [], next: [{ records: rest, failedAttempts: attempts }] };
}

/**
 * How many records at the beginning are too old to be tried. By real time since they were read, not by the platform's
 * clock: a day that passes in a moment must not make records old that nobody had the time to take.
 */
export function expiredCount(records: readonly PendingRecord[], { maximumRecordAgeSec }: RetryPolicy, nowMs: number): number {
  const ageSec = maximumRecordAgeSec < 0 ? longestAgeSec : maximumRecordAgeSec;
  const firstFresh = records.findIndex(({ readMs }) => nowMs - readMs <= ageSec * 1000);
  return firstFresh === -1 ? records.length : firstFresh;
}

/** The pause before the next try. Lambda's grow to minutes; here somebody is waiting. */
export function backOffMs({ failedAttempts }: Piece): number {
  return Math.min(longestBackOffMs, firstBackOffMs * 2 ** failedAttempts);
}
