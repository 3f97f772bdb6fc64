import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, it, vi } from 'vitest';
import { sweep } from '../../../functions/jobs/sweep/sweep.ts';
import { duePlaces } from '../../../shared/keys/duePlaces.ts';
import { dueStore } from '../../../shared/keys/dueStore.ts';
import { keyStore } from '../../../shared/keys/store.ts';
import { noticeStore } from '../../../shared/notices/store.ts';
import { sweepStateStore } from '../../../shared/notices/sweepState.ts';
import { organizationStore } from '../../../shared/organizations/store.ts';
import type { Table } from '../../../shared/table.ts';
import { useKeysTable } from '../../support/keysTable.ts';
import { sampleKey, sampleOrganization } from '../samples.ts';

// What is counted here is what docs/expiry.md extrapolates from.
const table = useKeysTable();
const organization = sampleOrganization({ policy: { ...sampleOrganization().policy, noticeDays: [30, 14, 7, 1] } });
const nowMs = Date.parse('2026-11-22T08:00:00.000Z');
const idle = 5_000;
const due = 20;

/** Keys that expire at midday, each day of a year, and some that expire in 7 days within this hour. */
beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await table().put({ pk: 'ORG#org_000000000001', sk: 'ORG', ...organization });
  const keys = Array.from({ length: idle + due }, (_, index) => {
    const atMs = index < due ? Date.parse('2026-11-29T07:30:00.000Z') : Date.parse('2026-11-22T12:00:00.000Z') + (index % 365) * 86_400_000;
    return sampleKey({ id: `key_${String(index).padStart(12, '0')}`, expiresAt: new Date(atMs).toISOString(), createdAt: '2026-01-01T00:00:00.000Z' });
  });
  for (let first = 0; first < keys.length; first += 25) {
    const puts = keys.slice(first, first + 25).map((key) => ({ PutRequest: { Item: { pk: `KEY#${key.id}`, sk: 'KEY', ...key, ...duePlaces(key) } } }));
    await table().client.send(new BatchWriteCommand({ RequestItems: { keys: puts } }));
  }
  await table().put({ pk: 'SWEEP', sk: 'SWEPT', untilMs: nowMs - 3_600_000 });
});

/** A table that counts queries, and items that were handed over. */
function counting(): { table: Table; count: { queries: number; items: number } } {
  const count = { queries: 0, items: 0 };
  const send = async (command: Parameters<Table['client']['send']>[0]) => {
    const answer: { Item?: unknown; Items?: unknown[] } = await (table().client.send as (command: unknown) => Promise<object>)(command);
    if (command.constructor.name === 'QueryCommand') count.queries += 1;
    count.items += (answer.Items?.length ?? 0) + (answer.Item ? 1 : 0);
    return answer;
  };
  return { table: { name: 'keys', client: { send } as unknown as Table['client'] }, count };
}

it('a sweep’s reads follow the keys that are due, not the keys that there are', async () => {
  const { table: counted, count } = counting();
  const swept = await sweep({
    stores: {
      keys: keyStore(counted, 90),
      organizations: organizationStore(counted),
      events: table().events(),
      due: dueStore(counted),
      notices: noticeStore(counted),
    },
    state: sweepStateStore(counted),
    defaultDays: [30, 14, 7, 1],
    usage: { isServedSince: () => Promise.resolve(false), lastUses: () => Promise.resolve(new Map()), idleSince: () => Promise.resolve([]), unusedDays: 90 },
    recipients: () => Promise.resolve(['ops@example.com']),
    nowMs: () => nowMs,
    untilMs: nowMs + 60_000,
  });
  expect(swept).toEqual({ found: 20, recorded: { expiring: 20 }, failed: 0 });
  // One day, eight shards, for rotations, for reminders of use, for what has expired and for each of four numbers of days
  // ahead; eight for keys to be revoked on evidence; and each due key's marks, before they are written and after.
  expect(count.queries).toBe((1 + 1 + 5 + 1) * 8 + 2 * due);
  // A due key's entry in the index, itself three times, its organization and its new mark; once, until when was swept.
  expect(count.items).toBe(6 * due + 1);
});
