import * as z from 'zod';
import { timestamp } from '../time.ts';

export const granularities = ['hour', 'day'] as const;
export type Granularity = (typeof granularities)[number];

const count = z.int().min(0);

const usageItemSchema = z
  .strictObject({
    /** When the hour or day began, in UTC. */
    at: timestamp,
    requests: count,
    status: z.strictObject({ '2xx': count, '3xx': count, '4xx': count, '5xx': count }),
    /** What Gatewarden refused, by code; within `requests` and `4xx`. */
    refusals: z.record(z.string(), count),
  })
  .meta({ id: 'UsageItem' });

/** Requests with a key, or with the keys of an organization. Hours and days without any are left out. */
export const usageSchema = z
  .strictObject({
    /** The beginning of the first hour or day that is counted. */
    from: timestamp,
    /** The end of the last one. */
    to: timestamp,
    granularity: z.enum(granularities),
    /** Requests of all items. */
    total: count,
    items: z.array(usageItemSchema),
  })
  .meta({ id: 'Usage' });

export type Usage = z.infer<typeof usageSchema>;
export type UsageItem = z.infer<typeof usageItemSchema>;
