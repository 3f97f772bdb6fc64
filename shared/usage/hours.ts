import { toIso } from '../time.ts';

/** An hour in UTC, as a record's key holds it: `2026-11-22T10`. */
export function hourOf(ms: number): string {
  return toIso(ms).slice(0, 13);
}

/** A minute in UTC: `2026-11-22T10:05`. */
export function minuteOf(ms: number): string {
  return toIso(ms).slice(0, 16);
}

/** When an hour began, epoch milliseconds. */
export function hourStartMs(hour: string): number {
  return Date.parse(`${hour}:00:00.000Z`);
}
