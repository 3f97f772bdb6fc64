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

it('a rotated key is revoked by the last use of its successor, if that was served within the quiet hours', async () => {
  const replacedBy = 'key_successor000';
  const key = sampleKey({ id: 'key_superseded00', replacedBy, graceEndsAt: '2026-11-12T08:00:00.000Z', expiresAt: '2027-01-21T08:00:00.000Z' });
  const successor = sampleKey({ id: replacedBy, createdAt: '2026-11-11T08:00:00.000Z', expiresAt: '2027-01-21T08:00:00.000Z' });
  for (const one of [key, successor]) await table().put({ pk: `KEY#${one.id}`, sk: 'KEY', ...one });
  const asked: unknown[] = [];
  const sweep: UseSweeping = {
    ...(await sweeping('key_another00000', async () => undefined)),
    lastUses: async (keyIds) => new Map(keyIds.map((keyId) => [keyId, keyId === replacedBy ? '2026-11-22T07:00:00.000Z' : '2026-11-14T08:00:00.000Z'])),
    isServedSince: async (keyId, sinceMs) => Boolean(asked.push([keyId, new Date(sinceMs).toISOString()])),
  };
  const quiet = sampleOrganization({ policy: { ...organization.policy, rotationQuietHours: 48 } });
  expect(await recordUse(sweep, 'key_superseded00', quiet)).toEqual(['revoked']);
  expect(asked).toEqual([[replacedBy, '2026-11-20T08:00:00.000Z']]);
});
