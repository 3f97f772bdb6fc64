import { expect, it } from 'vitest';
import { unusedNotice } from '../../../shared/notices/unused.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import { sampleKey } from '../samples.ts';

const marksAt = (now: string, lastUsedAt: string | null, key: Partial<KeyRecord> = {}) =>
  unusedNotice({ key: sampleKey({ createdAt: '2026-08-01T00:00:00.000Z', ...key }), lastUsedAt, unusedDays: 90, nowMs: Date.parse(now) }).flatMap(({ marks }) => marks);

it('a key is reported 90 days after its last use, once for each time that it falls silent', () => {
  expect(marksAt('2026-12-30T09:59:59.999Z', '2026-10-01T10:00:00.000Z')).toEqual([]);
  expect(marksAt('2026-12-30T10:00:00.000Z', '2026-10-01T10:00:00.000Z')).toEqual(['unused#2026-10-01T10:00:00.000Z']);
});

it('a key that was never used is reported 90 days after it was made', () => {
  expect(marksAt('2026-10-30T00:00:00.000Z', null)).toEqual(['unused#2026-08-01T00:00:00.000Z']);
  expect(marksAt('2026-10-29T23:59:59.999Z', null)).toEqual([]);
});

it.each<[string, Partial<KeyRecord>]>([
  ['revoked', { revokedAt: '2026-11-01T00:00:00.000Z' }],
  ['expired', { expiresAt: '2026-11-01T00:00:00.000Z' }],
  ['switched off', { active: false }],
  ['replaced by a successor', { replacedBy: 'key_newNewNew000' }],
])('a key that is %s is not', (_, key) => {
  expect(marksAt('2026-12-30T10:00:00.000Z', null, key)).toEqual([]);
});
