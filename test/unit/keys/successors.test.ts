import { expect, it } from 'vitest';
import { activeIds, latestOf, successorsOf } from '../../../shared/keys/successors.ts';
import { sampleKey } from '../samples.ts';

const lineOf = (length: number) =>
  Array.from({ length }, (_, place) => sampleKey({ id: `key_${place}`, replacedBy: place + 1 < length ? `key_${place + 1}` : null }));

async function followed(keys: ReturnType<typeof lineOf>): Promise<string[]> {
  const [key = sampleKey({}), ...others] = keys;
  return (await successorsOf(key, async (keyId) => others.find(({ id }) => id === keyId) ?? null)).map(({ id }) => id);
}

it('a line of rotations is followed from the nearest to the last, and ends where one is deleted', async () => {
  const line = lineOf(4);
  expect(await followed(line)).toEqual(['key_1', 'key_2', 'key_3']);
  expect(await followed(line.filter(({ id }) => id !== 'key_2'))).toEqual(['key_1']);
  expect(await followed(lineOf(1))).toEqual([]);
});

it('a line without end does not hold a sweep up', async () => {
  expect(await followed(lineOf(1_000))).toHaveLength(20);
});

it('a key that is revoked, expired or switched off opens nothing', () => {
  const nowMs = Date.UTC(2026, 10, 22);
  const past = '2026-11-21T00:00:00.000Z';
  const keys = [{ id: 'a' }, { id: 'b', revokedAt: past }, { id: 'c', expiresAt: past }, { id: 'd', active: false }].map((key) => sampleKey({ expiresAt: null, ...key }));
  expect(activeIds(keys, nowMs)).toEqual(['a']);
});

it('the latest of times that may be unknown', () => {
  expect(latestOf(['2026-11-21T00:00:00.000Z', undefined, '2026-11-22T00:00:00.000Z', '2025-12-31T00:00:00.000Z'])).toBe('2026-11-22T00:00:00.000Z');
  expect(latestOf([undefined])).toBeNull();
});
