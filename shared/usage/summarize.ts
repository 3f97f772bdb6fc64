import { toIso } from '../time.ts';
import type { UsageHour } from './hourItem.ts';
import { hourStartMs } from './hours.ts';
import type { UsageRange } from './query.ts';
import { addTally, emptyTally } from './tally.ts';
import type { Tally } from './tally.ts';
import type { Usage } from './usage.ts';

/** The hours of a range as the API shows them, oldest first. */
export function summarize(hours: readonly UsageHour[], { fromMs, toMs, granularity }: UsageRange): Usage {
  const tallies = new Map<string, Tally>();
  for (const hour of hours.toSorted((a, b) => hourStartMs(a.hour) - hourStartMs(b.hour))) {
    const at = toIso(Date.parse(granularity === 'day' ? hour.hour.slice(0, 10) : `${hour.hour}:00Z`));
    const tally = tallies.get(at) ?? emptyTally();
    addTally(tally, hour);
    tallies.set(at, tally);
  }
  return {
    from: toIso(fromMs),
    to: toIso(toMs),
    granularity,
    total: [...tallies.values()].reduce((sum, { requests }) => sum + requests, 0),
    items: [...tallies].map(([at, { requests, status, refusals }]) => ({ at, requests, status, refusals })),
  };
}
