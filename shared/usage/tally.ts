import type { UsageRecord } from './record.ts';
import { statusClasses } from './record.ts';
import type { StatusClass } from './record.ts';

/** What was counted of one key or organization in one hour, or of several together. */
export interface Tally {
  requests: number;
  status: Record<StatusClass, number>;
  /** By code. */
  refusals: Record<string, number>;
  /** By route; of keys only. */
  routes: Record<string, number>;
}

export function emptyTally(): Tally {
  return { requests: 0, status: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 }, refusals: {}, routes: {} };
}

/** Counts one request. */
export function addRecord(tally: Tally, { status, code, route }: UsageRecord): void {
  tally.requests += 1;
  tally.status[status] += 1;
  if (code !== null) increase(tally.refusals, code, 1);
  if (route !== null) increase(tally.routes, route, 1);
}

/** Adds what another has counted, but for its routes: of several hours together nobody is told them. */
export function addTally(tally: Tally, other: Tally): void {
  tally.requests += other.requests;
  for (const status of statusClasses) tally.status[status] += other.status[status];
  for (const [code, count] of Object.entries(other.refusals)) increase(tally.refusals, code, count);
}

function increase(counts: Record<string, number>, name: string, by: number): void {
  // As its own member: a code or route named like one of Object's must not find that.
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + by;
}
