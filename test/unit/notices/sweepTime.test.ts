import { beforeAll, expect, it } from 'vitest';
import { sweep } from '../../../functions/jobs/sweep/sweep.ts';
import type { Swept } from '../../../functions/jobs/sweep/sweep.ts';
import { duePlaces } from '../../../shared/keys/duePlaces.ts';
import { dueStore } from '../../../shared/keys/dueStore.ts';
import { keyStore } from '../../../shared/keys/store.ts';
import { noticeStore } from '../../../shared/notices/store.ts';
import { sweepStateStore } from '../../../shared/notices/sweepState.ts';
import { organizationStore } from '../../../shared/organizations/store.ts';
import { useKeysTable } from '../../support/keysTable.ts';
import { linesOf } from '../functions/stdout.ts';
import { sampleKey, sampleOrganization } from '../samples.ts';

const table = useKeysTable();
const startMs = Date.parse('2026-11-22T08:00:00.000Z');
const hourAgoMs = Date.parse('2026-11-22T07:00:00.000Z');

/** Ten keys of one organization that have expired within the hour. */
beforeAll(async () => {
  await table().put({ pk: 'ORG#org_000000000001', sk: 'ORG', ...sampleOrganization() });
  for (const number of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const key = sampleKey({ id: `key_00000000000${number}`, expiresAt: '2026-11-22T07:30:00.000Z' });
    await table().put({ pk: `KEY#${key.id}`, sk: 'KEY', ...key, ...duePlaces(key) });
  }
  await sweepStateStore(table()).sweep(hourAgoMs);
});

/** A run with time for so many keys: each that is recorded takes a second. */
async function run(keys: number): Promise<Swept> {
  const clock = { ms: startMs };
  const notices = noticeStore(table());
  return sweep({
    stores: {
      keys: keyStore(table(), 90),
      organizations: organizationStore(table()),
      events: table().events(),
      due: dueStore(table()),
      notices: { ...notices, record: (...mark) => { clock.ms += 1000; return notices.record(...mark); } },
    },
    state: sweepStateStore(table()),
    defaultDays: [30, 14, 7, 1],
    usage: { isServedSince: () => Promise.resolve(false), lastUses: () => Promise.resolve(new Map()), idleSince: () => Promise.resolve([]), unusedDays: 90 },
    recipients: () => Promise.resolve([]),
    nowMs: () => clock.ms,
    untilMs: startMs + keys * 1000,
  });
}

it('a run that runs out of time says how many keys it did not come to, and the next ones go on from there', async () => {
  const lines = await linesOf(async () => expect(await run(4)).toEqual({ found: 10, recorded: { expired: 4 }, failed: 6 }));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ timestamp: expect.any(String), level: 'WARN', message: 'no time left', keys: 6 }]);
  expect(await sweepStateStore(table()).sweptUntil()).toBe(hourAgoMs);
  await linesOf(async () => expect(await run(4)).toEqual({ found: 10, recorded: { expired: 4 }, failed: 2 }));
  expect(await run(4)).toEqual({ found: 10, recorded: { expired: 2 }, failed: 0 });
  expect(await sweepStateStore(table()).sweptUntil()).toBe(startMs);
});
