import { describe, expect, it } from 'vitest';
import { idlePartition } from '../../../shared/usage/lastUseStore.ts';
import { usageStore } from '../../../shared/usage/store.ts';
import { freshKey } from './freshKey.ts';
import { fivePastTen, numbered, usageLine } from './lines.ts';
import { useUsageTable } from './usageTable.ts';

const usage = useUsageTable();

describe('the last use of a key', () => {
  const lastUse = async (keyId: string) => (await usageStore(usage()).lastUses([keyId])).get(keyId);

  it('is its latest request that passed authentication, with address and route', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(
      ofKey('1', { atMs: fivePastTen + 2, sourceIp: '198.51.100.2', route: 'POST /orders' }),
      ofKey('2', { atMs: fivePastTen + 1 }),
      ofKey('3', { atMs: fivePastTen + 9, code: 'revoked_key', status: '4xx', isUse: false }),
    );
    expect(await lastUse(keyId)).toEqual({ at: '2026-11-22T10:05:00.002Z', sourceIp: '198.51.100.2', route: 'POST /orders' });
  });

  it('only moves forward', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(ofKey('1', { atMs: fivePastTen + 5_000 }));
    await count(ofKey('2', { atMs: fivePastTen, sourceIp: null }));
    expect(await lastUse(keyId)).toMatchObject({ at: '2026-11-22T10:05:05.000Z', sourceIp: '192.0.2.7' });
  });

  it('is not there for a key that was only refused', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(ofKey('1', { code: 'expired_key', status: '4xx', isUse: false }));
    expect(await lastUse(keyId)).toBeUndefined();
  });

  it('is not moved back by a batch that read it before a later one was written', async () => {
    const { keyId, ofKey, batch } = freshKey(usage());
    const later = { ...batch(ofKey('2', { atMs: fivePastTen + 1_000 })), logStream: 'another' };
    usage().before = async (name) => {
      if (name !== 'UpdateItem') return;
      usage().forget();
      await usage().counts().count(later);
    };
    await usage().counts().count(batch(ofKey('1')));
    expect(await lastUse(keyId)).toMatchObject({ at: '2026-11-22T10:05:01.000Z' });
  });

  it('is not lost where counting failed after it', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    usage().before = (name) => {
      if (name === 'TransactWriteItems') throw new Error('socket hang up');
    };
    await expect(count(ofKey('1'))).rejects.toThrow('socket hang up');
    usage().forget();
    expect(await lastUse(keyId)).toMatchObject({ at: '2026-11-22T10:05:00.000Z' });
  });

  it('has its place in the index by its day, and moves there when the day changes', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(ofKey('1', { atMs: Date.UTC(2026, 10, 22, 23, 59) }));
    const places = (date: string) => Promise.all(Array.from({ length: 8 }, (_, shard) => usage().idle(idlePartition(date, shard))));
    expect((await places('2026-11-22')).flat()).toContain(keyId);
    await count(ofKey('2', { atMs: Date.UTC(2026, 10, 23, 0, 1) }));
    expect((await places('2026-11-22')).flat()).not.toContain(keyId);
    expect((await places('2026-11-23')).flat()).toEqual([keyId]);
  });

  it('has the same place in the index as with any earlier version: the first byte of the id’s SHA-256, modulo eight', async () => {
    const { count } = freshKey(usage());
    await count(usageLine('1', { keyId: 'key_000009100001', atMs: Date.UTC(2026, 10, 20) }));
    expect(await usage().idle('IDLE#2026-11-20#7')).toEqual(['key_000009100001']);
  });

  it('of many keys is read at once', async () => {
    const { organizationId, count } = freshKey(usage());
    const keys = Array.from({ length: 230 }, (_, index) => numbered('key', 9_000_000 + index));
    await count(...keys.map((keyId, index) => usageLine(String(index), { keyId, organizationId })));
    usage().forget();
    const found = await usageStore(usage()).lastUses([...keys, ...keys, 'key_neverUsed0000']);
    expect([...found.keys()].toSorted()).toEqual(keys);
    expect(usage().asked).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
    expect(await usageStore(usage()).lastUses([])).toEqual(new Map());
  });
});
