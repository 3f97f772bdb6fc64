import type { GatewardenEvent } from './event.ts';
import type { ListEventsQuery } from './listQuery.ts';

/** Whether an event passes every filter of a list. */
export function matchesEvent(event: GatewardenEvent, query: Omit<ListEventsQuery, 'limit' | 'cursor'>): boolean {
  return (
    (query.type === undefined || query.type.includes(event.type)) &&
    (query.actor === undefined || event.actor.id === query.actor) &&
    !isBefore(event, query.from) &&
    (query.to === undefined || event.at < query.to)
  );
}

/** Whether it happened before a moment, which both are written as ISO 8601 in UTC with milliseconds. */
export function isBefore(event: GatewardenEvent, from: string | undefined): boolean {
  return from !== undefined && event.at < from;
}
