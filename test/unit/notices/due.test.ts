import { describe, expect, it } from 'vitest';
import { dueNotices, withoutRecorded } from '../../../shared/notices/due.ts';
import type { DueNotice } from '../../../shared/notices/due.ts';
import { sampleKey, sampleOrganization } from '../samples.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';

const policy = { ...sampleOrganization().policy, noticeDays: [30, 14, 7, 1] };

/** What a sweep at one time finds for a key that was made in October 2026 and expires on 21 January 2027, 08:00. */
function dueAt(now: string, { since, ...changed }: Partial<KeyRecord> & { since: string }): DueNotice[] {
  const nowMs = Date.parse(now);
  return dueNotices({ key: sampleKey(changed), policy, noticed: { afterMs: Date.parse(since), untilMs: nowMs }, nowMs });
}

const kinds = (notices: readonly DueNotice[]) => notices.map(({ kind }) => kind);

describe('a key is announced at each of the noticeDays', () => {
  it.each([
    [30, '2026-12-22T08:00:00.000Z'],
    [14, '2027-01-07T08:00:00.000Z'],
    [7, '2027-01-14T08:00:00.000Z'],
    [1, '2027-01-20T08:00:00.000Z'],
  ])('%i days ahead, from the very millisecond on', (days, at) => {
    const before = new Date(Date.parse(at) - 3_600_000).toISOString();
    expect(dueAt(at, { since: before })).toEqual([
      {
        kind: 'expiring', eventType: 'key.expiring', date: 'expiresAt', at: '2027-01-21T08:00:00.000Z',
        marks: [`expiring#2027-01-21T08:00:00.000Z#${days}`],
        changes: [
          { field: 'noticeDays', from: null, to: days },
          { field: 'expiresAt', from: '2027-01-21T08:00:00.000Z', to: '2027-01-21T08:00:00.000Z' },
        ],
      },
    ]);
    expect(dueAt(new Date(Date.parse(at) - 1).toISOString(), { since: before })).toEqual([]);
    expect(dueAt(new Date(Date.parse(at) + 1).toISOString(), { since: at })).toEqual([]);
  });

  it('a day is 24 hours, over a leap day and a change of the clocks alike', () => {
    const leap = { createdAt: '2028-01-01T00:00:00.000Z', expiresAt: '2028-03-07T00:00:00.000Z' };
    expect(kinds(dueAt('2028-02-29T00:00:00.000Z', { ...leap, since: '2028-02-28T23:00:00.000Z' }))).toEqual(['expiring']);
    const spring = { createdAt: '2027-01-01T00:00:00.000Z', expiresAt: '2027-03-28T10:00:00.000Z' };
    expect(kinds(dueAt('2027-03-27T10:00:00.000Z', { ...spring, since: '2027-03-27T09:00:00.000Z' }))).toEqual(['expiring']);
    expect(dueAt('2027-03-27T09:59:59.999Z', { ...spring, since: '2027-03-27T09:00:00.000Z' })).toEqual([]);
  });

  it('after an outage the nearest stands for all that were missed', () => {
    const [notice] = dueAt('2027-01-15T00:00:00.000Z', { since: '2026-12-01T00:00:00.000Z' });
    expect(notice?.marks).toEqual(['expiring#2027-01-21T08:00:00.000Z#7', 'expiring#2027-01-21T08:00:00.000Z#14', 'expiring#2027-01-21T08:00:00.000Z#30']);
    expect(notice?.changes[0]).toEqual({ field: 'noticeDays', from: null, to: 7 });
  });

  it('a number of days that is named twice is one notice', () => {
    const twice = { ...policy, noticeDays: [7, 7] };
    const noticed = { afterMs: Date.parse('2027-01-14T07:00:00.000Z'), untilMs: Date.parse('2027-01-14T08:00:00.000Z') };
    expect(dueNotices({ key: sampleKey(), policy: twice, noticed, nowMs: noticed.untilMs }).flatMap(({ marks }) => marks)).toHaveLength(1);
  });

  it('a warning that would have lain before the expiry was given is none', () => {
    const short = { createdAt: '2027-01-01T00:00:00.000Z', expiresAt: '2027-01-08T00:00:00.000Z' };
    expect(dueAt('2027-01-01T01:00:00.000Z', { ...short, since: '2026-12-01T00:00:00.000Z' })).toEqual([]);
    const renewed = { expirySetAt: '2027-01-14T08:00:00.000Z', since: '2027-01-14T07:00:00.000Z' };
    expect(dueAt('2027-01-14T09:00:00.000Z', renewed)).toEqual([]);
  });
});

describe('a dead key is announced no more', () => {
  it('a revoked one brings nothing', () => {
    const revoked = { revokedAt: '2027-01-10T00:00:00.000Z', rotateBy: '2027-01-13T00:00:00.000Z' };
    expect(dueAt('2027-01-14T08:00:00.000Z', { ...revoked, since: '2027-01-01T00:00:00.000Z' })).toEqual([]);
    expect(dueAt('2027-01-22T08:00:00.000Z', { ...revoked, since: '2027-01-01T00:00:00.000Z' })).toEqual([]);
  });

  it('an expired one brings that it has expired, once, and no warning or rotation', () => {
    const found = dueAt('2027-01-21T08:00:00.000Z', { since: '2026-12-01T00:00:00.000Z', rotateBy: '2027-01-13T00:00:00.000Z' });
    expect(found).toEqual([
      {
        kind: 'expired', eventType: 'key.expired', date: 'expiresAt', at: '2027-01-21T08:00:00.000Z',
        marks: ['expired#2027-01-21T08:00:00.000Z'],
        changes: [
          { field: 'status', from: 'active', to: 'expired' },
          { field: 'expiresAt', from: '2027-01-21T08:00:00.000Z', to: '2027-01-21T08:00:00.000Z' },
        ],
      },
    ]);
    expect(dueAt('2027-01-21T09:00:00.000Z', { since: '2027-01-21T08:00:00.000Z' })).toEqual([]);
  });

  it('one that was switched off says so', () => {
    const [notice] = dueAt('2027-01-21T08:00:00.000Z', { since: '2027-01-21T07:00:00.000Z', active: false });
    expect(notice?.changes[0]).toEqual({ field: 'status', from: 'inactive', to: 'expired' });
  });

  it('one that never expires is never announced', () => {
    expect(dueAt('2030-01-21T08:00:00.000Z', { since: '2020-01-21T07:00:00.000Z', expiresAt: null })).toEqual([]);
  });
});

describe('rotateBy', () => {
  const rotateBy = '2026-12-01T00:00:00.000Z';

  it('is announced at its time', () => {
    expect(dueAt('2026-12-01T00:30:00.000Z', { since: '2026-11-30T23:30:00.000Z', rotateBy })).toEqual([
      {
        kind: 'rotation_due', eventType: 'key.rotation_due', date: 'rotateBy', at: rotateBy,
        marks: ['rotation#2026-12-01T00:00:00.000Z'],
        changes: [{ field: 'rotateBy', from: rotateBy, to: rotateBy }],
      },
    ]);
  });

  it('not for a key that was rotated', () => {
    expect(dueAt('2026-12-01T00:30:00.000Z', { since: '2026-11-30T23:30:00.000Z', rotateBy, replacedBy: 'key_newNewNew000' })).toEqual([]);
  });

  it('that passed while the key was expired is announced once the key has another expiry', () => {
    const renewed = { expirySetAt: '2026-12-05T00:00:00.000Z', rotateBy };
    expect(kinds(dueAt('2026-12-05T00:30:00.000Z', { ...renewed, since: '2026-12-04T23:30:00.000Z' }))).toEqual(['rotation_due']);
    expect(dueAt('2026-12-01T00:30:00.000Z', { ...renewed, since: '2026-11-30T23:30:00.000Z' })).toEqual([]);
  });

  it('stands beside a warning of the same hour', () => {
    const both = dueAt('2026-12-22T08:00:00.000Z', { since: '2026-12-22T07:00:00.000Z', rotateBy: '2026-12-22T07:30:00.000Z' });
    expect(kinds(both)).toEqual(['expiring', 'rotation_due']);
  });
});

describe('what was recorded is not due again', () => {
  const missed = dueAt('2027-01-15T00:00:00.000Z', { since: '2026-12-01T00:00:00.000Z' });

  it('with the nearest recorded, those further ahead have nothing left to say', () => {
    expect(withoutRecorded(missed, new Set(['expiring#2027-01-21T08:00:00.000Z#7']))).toEqual([]);
  });

  it('with one further ahead recorded, the rest is', () => {
    const [left] = withoutRecorded(missed, new Set(['expiring#2027-01-21T08:00:00.000Z#30']));
    expect(left?.marks).toEqual(['expiring#2027-01-21T08:00:00.000Z#7', 'expiring#2027-01-21T08:00:00.000Z#14']);
  });

  it('the same days before another expiry are others', () => {
    expect(withoutRecorded(missed, new Set(['expiring#2026-12-21T08:00:00.000Z#7', 'expired#2026-12-21T08:00:00.000Z']))).toEqual(missed);
  });
});
