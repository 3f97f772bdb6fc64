const firstMs = 250;
const longestMs = 4000;

/** How long a failing store is left alone; times are of the monotonic clock, in milliseconds. */
export interface BackOff {
  readonly failures: number;
  readonly untilMs: number;
}

export const noFailure: BackOff = { failures: 0, untilMs: -Infinity };

/** Twice as long after each failure in a row: 250 ms, 500 ms … 4 s. */
export function afterFailure({ failures }: BackOff, ms: number): BackOff {
  return { failures: failures + 1, untilMs: ms + Math.min(firstMs * 2 ** failures, longestMs) };
}
