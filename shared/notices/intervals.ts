import { dayMs } from '../time.ts';

/** A stretch of time in milliseconds since 1970: after the one, until and with the other. */
export interface Interval {
  readonly afterMs: number;
  readonly untilMs: number;
}

/** Dates whose notices, so many days ahead, fall into a stretch of time; overlapping ones joined, so that none is read twice. */
export function datesNoticed(noticed: Interval, daysAhead: Iterable<number>): Interval[] {
  const shifted = [...new Set(daysAhead)]
    .toSorted((a, b) => a - b)
    .map((days) => ({ afterMs: noticed.afterMs + days * dayMs, untilMs: noticed.untilMs + days * dayMs }));
  const joined: Interval[] = [];
  for (const interval of shifted) {
    const before = joined.at(-1);
    if (before && interval.afterMs <= before.untilMs) joined[joined.length - 1] = { ...before, untilMs: interval.untilMs };
    else joined.push(interval);
  }
  return joined;
}

export function isWithin({ afterMs, untilMs }: Interval, atMs: number): boolean {
  return afterMs < atMs && atMs <= untilMs;
}
