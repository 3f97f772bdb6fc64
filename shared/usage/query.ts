import * as z from 'zod';
import { invalidField } from '../errors/invalidField.ts';
import { anyTimestamp, dayMs, hourMs } from '../time.ts';
import { granularities } from './usage.ts';
import type { Granularity } from './usage.ts';

/** Which time, and how fine. */
export const usageQuery = z.strictObject({
  /** First moment; the hour or day that holds it is counted whole. */
  from: anyTimestamp.optional(),
  /** Last moment, exclusive; the hour or day that holds it is counted whole. */
  to: anyTimestamp.optional(),
  granularity: z.enum(granularities).default('hour'),
});

export type UsageQuery = z.infer<typeof usageQuery>;

/** Whole hours or days in UTC, epoch milliseconds; `toMs` is exclusive. */
export interface UsageRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly granularity: Granularity;
}

const limits = {
  hour: { unitMs: hourMs, defaultMs: dayMs, maxDays: 31 },
  day: { unitMs: dayMs, defaultMs: 30 * dayMs, maxDays: 400 },
} as const;

/** The time that a query is about: up to now and the last 24 hours or 30 days, where it does not say. Throws a 400. */
export function resolveRange({ from, to, granularity }: UsageQuery, nowMs: number): UsageRange {
  const { unitMs, defaultMs, maxDays } = limits[granularity];
  const endMs = to === undefined ? nowMs : Date.parse(to);
  const startMs = from === undefined ? endMs - defaultMs : Date.parse(from);
  const field = from === undefined ? 'to' : 'from';
  // Before the year 0 an answer has no form for its `from`.
  if (startMs < 0) throw invalidField(field, 'The range must begin in 1970 or later.');
  if (startMs >= endMs) {
    throw invalidField(field, `The range must begin before it ends, at ${new Date(endMs).toISOString()}.`);
  }
  if (endMs - startMs > maxDays * dayMs) {
    throw invalidField('from', `By the ${granularity}, a range holds at most ${maxDays} days, got ${Math.ceil((endMs - startMs) / dayMs)}.`);
  }
  return { fromMs: Math.floor(startMs / unitMs) * unitMs, toMs: Math.ceil(endMs / unitMs) * unitMs, granularity };
}
