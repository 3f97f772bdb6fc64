import * as z from 'zod';
import { hourStartMs } from './hours.ts';
import { statusClasses } from './record.ts';
import { emptyTally } from './tally.ts';
import type { Tally } from './tally.ts';

// A counter is an attribute of its own, so that one ADD makes it and adds to it: requests, s2xx … s5xx,
// r:<code> for refusals, p:<route> for routes.
const refusal = 'r:';
const route = 'p:';

/** An hour of a key or an organization. */
export interface UsageHour extends Tally {
  /** `2026-11-22T10`, UTC. */
  readonly hour: string;
}

export function hourKey(id: string, hour: string): { pk: string; sk: string } {
  return { pk: `USAGE#${id}`, sk: `HOUR#${hour}` };
}

/** The update that adds a tally to an hour. TTL deletes it `keptSec` after its end. */
export function addToHour(tally: Tally, hour: string, keptSec: number) {
  const counters = Object.entries(countersOf(tally)).filter(([, count]) => count > 0);
  return {
    UpdateExpression: `SET purgeAt = :purgeAt ADD ${counters.map((_, index) => `#${index} :${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(counters.map(([name], index) => [`#${index}`, name])),
    ExpressionAttributeValues: {
      ':purgeAt': hourStartMs(hour) / 1000 + 3600 + keptSec,
      ...Object.fromEntries(counters.map(([, count], index) => [`:${index}`, count])),
    },
  };
}

/** What an item says. A damaged one throws. */
export function parseHour(item: Readonly<Record<string, unknown>>): UsageHour {
  const { sk, ...attributes } = item;
  const hour = z.string().regex(/^HOUR#\d{4}-\d\d-\d\dT\d\d$/).parse(sk).slice('HOUR#'.length);
  const tally = emptyTally();
  for (const [name, value] of Object.entries(attributes)) {
    const [counts, key] = counterOf(tally, name) ?? [];
    if (counts && key !== undefined) counts[key] = z.int().min(0).parse(value);
  }
  return { ...tally, hour };
}

function countersOf({ requests, status, refusals, routes }: Tally): Record<string, number> {
  return {
    requests,
    ...Object.fromEntries(statusClasses.map((name) => [`s${name}`, status[name]])),
    ...Object.fromEntries(Object.entries(refusals).map(([code, count]) => [refusal + code, count])),
    ...Object.fromEntries(Object.entries(routes).map(([name, count]) => [route + name, count])),
  };
}

/** Where an attribute is counted in a tally; undefined for one that is no counter. */
function counterOf(tally: Tally, name: string): [counts: Record<string, number>, key: string] | undefined {
  if (name === 'requests') return [tally as unknown as Record<string, number>, name];
  if (name.startsWith(refusal)) return [tally.refusals, name.slice(refusal.length)];
  if (name.startsWith(route)) return [tally.routes, name.slice(route.length)];
  return statusClasses.some((status) => name === `s${status}`) ? [tally.status, name.slice(1)] : undefined;
}
