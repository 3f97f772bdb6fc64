import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usageStore } from '../../../shared/usage/store.ts';
import { fivePastTen, numbered, usageLine } from './lines.ts';
import { useUsageTable } from './usageTable.ts';

const usage = useUsageTable();
const dayMs = 86_400_000;
let run = 0;

interface Plan {
  readonly key: number;
  readonly minutes: number;
  readonly refused: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({ key: fc.integer({ min: 0, max: 3 }), minutes: fc.integer({ min: 0, max: 150 }), refused: fc.boolean() });

/** Indices of lines in groups: each line at least once, any number of times, in any order. */
function deliveries(lines: number): fc.Arbitrary<number[][]> {
  const any = fc.array(fc.integer({ min: 0, max: lines - 1 }), { maxLength: 25 });
  return fc.tuple(fc.array(any, { maxLength: 6 }), fc.shuffledSubarray(Array.from({ length: lines }, (_, index) => index), { minLength: lines }), fc.integer({ min: 1, max: 10 })).map(([more, all, size]) => {
    const groups = Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
    return [...more, ...groups, ...more.toReversed()].filter((group) => group.length > 0);
  });
}

const history = fc.array(plan, { minLength: 1, maxLength: 30 }).chain((plans) => fc.tuple(fc.constant(plans), deliveries(plans.length)));

/** What should be counted: requests and refusals by key and hour, and each key's last use; worked out line by line. */
function expected(plans: readonly Plan[]) {
  const counts: Record<string, { requests: number; refused: number }> = {};
  const lastUse: Record<string, number> = {};
  for (const [index, { key, minutes, refused }] of plans.entries()) {
    const hour = minutes < 55 ? 10 : minutes < 115 ? 11 : 12;
    const count = (counts[`${key} ${hour}`] ??= { requests: 0, refused: 0 });
    count.requests += 1;
    if (refused) count.refused += 1;
    else lastUse[key] = Math.max(lastUse[key] ?? 0, fivePastTen + minutes * 60_000 + index);
  }
  return { counts, lastUse };
}

function linesOf(plans: readonly Plan[]) {
  run += 1;
  const keys = [0, 1, 2, 3].map((key) => numbered('key', run * 10 + key));
  const organizationId = numbered('org', run);
  const lines = plans.map(({ key, minutes, refused }, index) =>
    usageLine(`line-${index}`, { keyId: keys[key] ?? '', organizationId, atMs: fivePastTen + minutes * 60_000 + index, code: refused ? 'revoked_key' : null, status: refused ? '4xx' : '2xx', isUse: !refused }),
  );
  return { keys, organizationId, lines };
}

async function found(keys: readonly string[]) {
  const store = usageStore(usage());
  const counts: Record<string, { requests: number; refused: number }> = {};
  for (const [index, id] of keys.entries()) {
    for (const { hour, requests, refusals, status } of await store.hours(id, { fromMs: fivePastTen - dayMs, toMs: fivePastTen + dayMs })) {
      counts[`${index} ${Number(hour.slice(-2))}`] = { requests, refused: refusals['revoked_key'] ?? 0 };
      expect(status['2xx'] + status['4xx']).toBe(requests);
    }
  }
  const uses = await store.lastUses(keys);
  const lastUse = Object.fromEntries(keys.flatMap((id, index) => (uses.has(id) ? [[index, Date.parse(uses.get(id)?.at ?? '')]] : [])));
  return { counts, lastUse };
}

describe('the counters', () => {
  it('are the same however lines are handed over: again, in other groups, in another order', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ([plans, groups]) => {
        const { keys, organizationId, lines } = linesOf(plans);
        for (const group of groups) {
          const unique = [...new Set(group)].flatMap((index) => lines[index] ?? []);
          await usage().counts().count({ logGroup: 'g', logStream: `s${run}`, lines: unique });
        }
        expect(await found(keys)).toEqual(expected(plans));
        const ofAll = await usageStore(usage()).hours(organizationId, { fromMs: fivePastTen - dayMs, toMs: fivePastTen + dayMs });
        expect(ofAll.reduce((sum, { requests }) => sum + requests, 0)).toBe(plans.length);
      }),
      { numRuns: 25 },
    );
  });

  it('are the same when all that is handed over is counted at once', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ([plans, groups]) => {
        const { keys, lines } = linesOf(plans);
        // Real pauses: writers of one stream make way for each other.
        const counts = usage().counts((ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)));
        await Promise.all(
          groups.slice(0, 12).concat([lines.map((_, index) => index)]).map((group) =>
            counts.count({ logGroup: 'g', logStream: `s${run}`, lines: [...new Set(group)].flatMap((index) => lines[index] ?? []) }),
          ),
        );
        expect(await found(keys)).toEqual(expected(plans));
      }),
      { numRuns: 10 },
    );
  });
});
