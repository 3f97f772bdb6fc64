import { expect, it } from 'vitest';
import { recordUse } from '../../../functions/jobs/sweep/recordUse.ts';
import type { UseSweeping } from '../../../functions/jobs/sweep/recordUse.ts';
import type { EventStore } from '../../../shared/events/store.ts';
import { dueStore } from '../../../shared/keys/dueStore.ts';
import { keyStore } from '../../../shared/keys/store.ts';
import { noticeStore } from '../../../shared/notices/store.ts';
import { useKeysTable } from '../../support/keysTable.ts';
import { sampleKey, sampleOrganization } from '../samples.ts';

const table = useKeysTable();
const startMs = Date.parse('2026-11-22T08:00:00.000Z');
const organization = sampleOrganization();

/** A sweep over a key that nobody has used; `meanwhile` is what others do each time between its look at the key and what it writes. */
async function sweeping(keyId: string, meanwhile: () => Promise<void>): Promise<UseSweeping> {
  await expire(keyId, '2027-01-21T08:00:00.000Z');
  const { commit } = table().events();
  const events: EventStore = { commit: async (change) => meanwhile().then(() => commit(change)) };
  return {
    stores: { keys: keyStore(table(), 90), notices: noticeStore(table()), due: dueStore(table()), events },
    recipients: () => Promise.resolve([]),
    lastUses: () => Promise.resolve(new Map()),
    isServedSince: () => Promise.resolve(false),
    unusedDays: 90,
    startMs,
  };
}

async function expire(id: string, expiresAt: string): Promise<void> {
  await table().put({ pk: `KEY#${id}`, sk: 'KEY', ...sampleKey({ id, createdAt: '2026-08-24T08:00:00.000Z', expiresAt }) });
}

// What brought the sweep to the key, a day or a reminder, lies behind the next one.
it('that a key is unused is recorded also where its expiry is moved at that very moment, and once', async () => {
  const moves = ['2027-03-01T08:00:00.000Z'];
  const sweep = await sweeping('key_movedOnce000', async () => {
    const expiresAt = moves.pop();
    if (expiresAt !== undefined) await expire('key_movedOnce000', expiresAt);
  });
  expect(await recordUse(sweep, 'key_movedOnce000', organization)).toEqual(['unused']);
  expect(await recordUse(sweep, 'key_movedOnce000', organization)).toEqual([]);
});

it('a key that is changed each time is a failure: the next sweep looks at the same stretch of time again', async () => {
  let moved = 0;
  const sweep = await sweeping('key_movedEver000', () => {
    moved += 1;
    return expire('key_movedEver000', `2027-03-${String(moved).padStart(2, '0')}T08:00:00.000Z`);
  });
  await expect(recordUse(sweep, 'key_movedEver000', organization)).rejects.toThrow('key_movedEver000');
  expect(moved).toBe(5);
});
