import { describe, expect, it } from 'vitest';
import { collectPage } from '../../../shared/api/collect.ts';
import { eventReader } from '../../../shared/events/reader.ts';
import type { EventPage } from '../../../shared/events/reader.ts';
import { useKeysTable } from '../../support/keysTable.ts';

const keys = useKeysTable();
const dayMs = 86_400_000;
const context = { actor: { type: 'system', id: 'test', name: 'Test' }, ip: null, userAgent: null, requestId: null } as const;

async function write(organizationId: string, count: number, keyId = 'key_1'): Promise<void> {
  for (let written = 0; written < count; written += 1) {
    await keys().events(30).commit({ organizationId, context, drafts: [{ type: 'key.updated', keyId }], writes: [] });
  }
}

const reader = () => eventReader(keys(), () => keys().nowMs);
const sequences = ({ rows }: EventPage) => rows.map(({ sequence }) => sequence);

describe('an organization’s events', () => {
  it('are read newest first, from any place on, its own alone', async () => {
    await write('org_a', 5);
    await write('org_b', 2);
    const { page, head } = reader();
    expect(sequences(await page('org_a', null, 10))).toEqual([5, 4, 3, 2, 1]);
    const first = await page('org_a', null, 2);
    expect([sequences(first), first.hasMore]).toEqual([[5, 4], true]);
    expect(sequences(await page('org_a', 4, 2))).toEqual([3, 2]);
    expect(sequences(await page('org_a', 1, 2))).toEqual([]);
    expect((await head('org_a')).sequence).toBe(5);
    expect(await head('org_none')).toEqual({ sequence: 0, hash: '0000000000000000000000000000000000000000000000000000000000000000', at: '' });
  });

  it('of one key are its own, and hold no attribute that only places them', async () => {
    await write('org_c', 2, 'key_c1');
    await write('org_c', 1, 'key_c2');
    await write('org_c', 1, 'key_c1');
    const page = await reader().pageOfKey('key_c1', null, 10);
    expect(sequences(page)).toEqual([4, 2, 1]);
    expect(Object.keys(page.rows[0] ?? {}).filter((name) => /^(pk|sk|gsi1.k|purgeAt)$/.test(name))).toEqual([]);
    expect(sequences(await reader().pageOfKey('key_c1', 4, 1))).toEqual([2]);
  });

  it('that TTL is about to delete are gone already, so that it leaves no holes', async () => {
    const start = keys().nowMs;
    await write('org_d', 3);
    keys().nowMs += 10 * dayMs;
    await write('org_d', 2);
    keys().nowMs = start + 30 * dayMs + 1_000;
    expect(await keys().partition('EVENTS#org_d')).toHaveLength(6);
    expect(sequences(await reader().page('org_d', null, 10))).toEqual([5, 4]);
    expect(sequences(await reader().pageOfKey('key_1', 6, 10)).filter((sequence) => sequence < 4)).toEqual([]);
    expect((await reader().head('org_d')).sequence).toBe(5);
  });

  it('end where TTL has come to, however many it has yet to delete', async () => {
    await write('org_e', 9);
    keys().nowMs += 31 * dayMs;
    await write('org_e', 1);
    const only = await reader().page('org_e', null, 2);
    expect([sequences(only), only.hasMore]).toEqual([[10], false]);
    const beyond = await reader().page('org_e', 10, 2);
    expect([sequences(beyond), beyond.hasMore]).toEqual([[], false]);
    const listed = await collectPage({
      limit: 2,
      after: 10,
      isFiltered: false,
      read: (before, size) => reader().page('org_e', before, size),
      placeOf: ({ sequence }) => sequence,
      toItem: (event) => event,
    });
    expect(listed).toEqual({ items: [], next: null });
  });
});
