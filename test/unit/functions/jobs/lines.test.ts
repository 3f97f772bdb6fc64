import { describe, expect, it } from 'vitest';
import { linesOf } from '../../../../functions/jobs/mails/lines.ts';
import type { KeyRecord } from '../../../../shared/keys/key.ts';
import type { Notice, NoticeKind } from '../../../../shared/notices/notice.ts';
import { sampleKey } from '../../samples.ts';

const nowMs = Date.parse('2027-01-14T08:30:00.000Z');
const expiresAt = '2027-01-21T08:00:00.000Z';

function notice(kind: NoticeKind, at: string, mark = `${kind}#${at}`): Notice {
  return { organizationId: 'org_000000000001', recipient: 'ops@example.com', keyId: 'key_4f8KmQ2xT7Zb', kind, at, mark, actor: null, recordedAt: at };
}

function told(notices: readonly Notice[], key: Partial<KeyRecord> | null, atMs = nowMs): string[] {
  const keys = new Map([['key_4f8KmQ2xT7Zb', key === null ? null : sampleKey(key)]]);
  return linesOf({ notices, keys, lastUses: new Map(), nowMs: atMs }).map((line) => line.notice.kind);
}

describe('a warning that waited too long is not sent', () => {
  const warning = [notice('expiring', expiresAt)];

  it.each<[string, Partial<KeyRecord> | null, string[]]>([
    ['is sent while it is true', {}, ['expiring']],
    ['not of a revoked key', { revokedAt: '2027-01-14T08:10:00.000Z' }, []],
    ['not of a key with another expiry', { expiresAt: '2027-03-21T08:00:00.000Z' }, []],
    ['not of a key that no longer expires', { expiresAt: null }, []],
    ['not of a key that is gone', null, []],
  ])('%s', (_, key, kinds) => {
    expect(told(warning, key)).toEqual(kinds);
  });

  it('not once the key has expired', () => {
    expect(told(warning, {}, Date.parse(expiresAt))).toEqual([]);
  });
});

it.each<[string, Partial<KeyRecord>, string[]]>([
  ['stays', {}, ['expired']],
  ['falls away with a renewal', { expiresAt: '2027-03-21T08:00:00.000Z' }, []],
  ['falls away with a revocation', { revokedAt: '2027-01-21T09:00:00.000Z' }, []],
])('that a key has expired %s', (_, key, kinds) => {
  expect(told([notice('expired', expiresAt)], key, Date.parse(expiresAt) + 1)).toEqual(kinds);
});

it.each<[string, Partial<KeyRecord>, string[]]>([
  ['stays', {}, ['rotation_due']],
  ['falls away with the rotation', { replacedBy: 'key_newNewNew000' }, []],
  ['falls away with another date', { rotateBy: '2027-02-14T08:00:00.000Z' }, []],
  ['falls away with a revocation', { revokedAt: '2027-01-14T08:10:00.000Z' }, []],
])('that a rotation is due %s', (_, key, kinds) => {
  expect(told([notice('rotation_due', '2027-01-14T08:00:00.000Z')], { rotateBy: '2027-01-14T08:00:00.000Z', ...key })).toEqual(kinds);
});

it.each<[string, Partial<KeyRecord>, string | null, string[]]>([
  ['stays where it was never used', {}, null, ['unused']],
  ['stays with the use that it was silent since', {}, '2026-10-16T08:00:00.000Z', ['unused']],
  ['falls away with a use', {}, '2027-01-14T08:20:00.000Z', []],
  ['falls away with a rotation, after which silence is expected', { replacedBy: 'key_newNewNew000' }, null, []],
  ['falls away with a revocation', { revokedAt: '2027-01-14T08:10:00.000Z' }, null, []],
])('that a key is unused %s', (_, key, lastUsedAt, kinds) => {
  const keys = new Map([['key_4f8KmQ2xT7Zb', sampleKey(key)]]);
  const lastUses = new Map(lastUsedAt === null ? [] : [['key_4f8KmQ2xT7Zb', lastUsedAt]]);
  const lines = linesOf({ notices: [notice('unused', '2026-10-16T08:00:00.000Z')], keys, lastUses, nowMs });
  expect(lines.map((line) => line.notice.kind)).toEqual(kinds);
});

it.each<[string, Partial<KeyRecord>, string[]]>([
  ['stays', {}, ['still_in_use']],
  ['falls away with its expiry', { expiresAt: '2027-01-14T08:20:00.000Z' }, []],
  ['falls away with a revocation', { revokedAt: '2027-01-14T08:10:00.000Z' }, []],
])('that a rotated key is still in use %s', (_, key, kinds) => {
  expect(told([notice('still_in_use', '2027-01-14T08:00:00.000Z')], key)).toEqual(kinds);
});

it('what was done to a key twice, and two things that were done at once, are a line each', () => {
  const [at, later] = ['2027-01-14T08:00:00.000Z', '2027-01-14T08:10:00.000Z'];
  expect(told([notice('deactivated', at), notice('deactivated', later), notice('revoked', later)], {})).toEqual(['deactivated', 'deactivated', 'revoked']);
});

it.each<NoticeKind>(['created', 'rotated', 'revoked', 'deactivated'])('what was done is told whatever came after: %s', (kind) => {
  expect(told([notice(kind, '2027-01-14T08:00:00.000Z')], { revokedAt: '2027-01-14T08:10:00.000Z' })).toEqual([kind]);
});

it('two warnings before one expiry, the first of which was left unsent, are one line', () => {
  expect(told([notice('expiring', expiresAt, 'expiring#7'), notice('expiring', expiresAt, 'expiring#1')], {})).toEqual(['expiring']);
});

it('a line says when its key was last used, where that is known', () => {
  const keys = new Map([['key_4f8KmQ2xT7Zb', sampleKey()]]);
  const lastUses = new Map([['key_4f8KmQ2xT7Zb', '2027-01-13T00:00:00.000Z']]);
  expect(linesOf({ notices: [notice('expiring', expiresAt)], keys, lastUses, nowMs })).toMatchObject([{ lastUsedAt: '2027-01-13T00:00:00.000Z' }]);
  expect(linesOf({ notices: [notice('expiring', expiresAt)], keys, lastUses: new Map(), nowMs })).toMatchObject([{ lastUsedAt: null }]);
});
