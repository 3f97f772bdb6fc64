import * as z from 'zod';

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** A time as the API writes it: ISO 8601, UTC, milliseconds. */
export const timestamp = z.iso.datetime({ precision: 3 });

// Beyond it, ISO 8601 in its short form has no place for the year.
const endOfCalendarMs = Date.UTC(10_000, 0, 1);

/** A time as a caller may write it: any offset, any precision; kept in UTC. */
export const anyTimestamp = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time such as "2027-01-31T12:00:00Z"' })
  .refine((text) => !(Date.parse(text) >= endOfCalendarMs), 'must lie before the year 10000')
  .transform((text) => new Date(text).toISOString())
  .meta({ type: 'string', format: 'date-time', example: '2027-01-31T12:00:00Z' });

/** The calendar's last millisecond stands for what lies beyond it: a lifetime added to a far date, say. */
export function toIso(ms: number): string {
  return new Date(Math.min(ms, endOfCalendarMs - 1)).toISOString();
}
