import * as z from 'zod';
import { pagingQuery } from '../api/paging.ts';
import { anyTimestamp } from '../time.ts';
import { eventTypes } from './event.ts';

/** Filters of the event list; they combine. `type` may be given several times. */
export const listEventsQuery = z.strictObject({
  ...pagingQuery,
  type: z.array(z.enum(eventTypes)).max(50).optional(),
  /** Id of whoever did it. */
  actor: z.string().max(64).optional(),
  /** First moment, inclusive. */
  from: anyTimestamp.optional(),
  /** Last moment, exclusive. */
  to: anyTimestamp.optional(),
});

export type ListEventsQuery = z.infer<typeof listEventsQuery>;
