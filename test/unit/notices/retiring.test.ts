import { describe, expect, it } from 'vitest';
import { retire } from '../../../shared/notices/retiring.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import { sampleKey } from '../samples.ts';

// Rotated on 22 November, 08:00, with a grace of two days, to a successor; six quiet hours are asked for.
const old = { replacedBy: 'key_newNewNew000', graceEndsAt: '2026-11-24T08:00:00.000Z' };
const successor = sampleKey({ id: 'key_newNewNew000', createdAt: '2026-11-22T08:00:00.000Z' });

function retired(now: string, uses: { old?: string; new?: string }, key: Partial<KeyRecord> = {}, next: KeyRecord | null = successor, isSuccessorServed = true) {
  return retire({
    key: sampleKey({ ...old, ...key }),
    successor: next,
    lastUse: uses.old ?? null,
    successorsLastUse: uses.new ?? null,
    isSuccessorServed,
    requiredQuietHours: 6,
    nowMs: Date.parse(now),
  });
}

describe('a key that was rotated with autoRevoke', () => {
  const newUse = '2026-11-22T12:00:00.000Z';

  it('is revoked once it has been quiet for as long as the policy asks and its successor is in use', () => {
    expect(retired('2026-11-22T17:59:59.999Z', { old: '2026-11-22T12:00:00.000Z', new: newUse }).kind).toBe('wait');
    expect(retired('2026-11-22T18:00:00.000Z', { old: '2026-11-22T12:00:00.000Z', new: newUse }).kind).toBe('revoke');
  });

  it('that was never used is quiet since the rotation', () => {
    expect(retired('2026-11-22T13:59:00.000Z', { new: newUse }).kind).toBe('wait');
    expect(retired('2026-11-22T14:00:00.000Z', { new: newUse }).kind).toBe('revoke');
  });

  it('is not revoked while nobody uses its successor, however quiet it is', () => {
    expect(retired('2026-11-23T20:00:00.000Z', {}).kind).toBe('wait');
  });

  it('is warned of when its grace has ended and it is still in use, and once a week from then on', () => {
    const inUse = { old: '2026-11-24T07:59:00.000Z', new: newUse };
    expect(retired('2026-11-24T07:59:59.999Z', inUse).kind).toBe('wait');
    expect(retired('2026-11-24T08:00:00.000Z', inUse)).toEqual({
      kind: 'warn',
      notice: {
        kind: 'still_in_use', eventType: 'key.still_in_use', date: 'expiresAt', at: '2026-11-24T08:00:00.000Z',
        marks: ['still_in_use#2026-11-24T08:00:00.000Z#0'],
        changes: [{ field: 'rotationVerdict', from: null, to: 'moving' }],
      },
    });
    expect(retired('2026-12-01T08:00:00.000Z', { old: '2026-12-01T07:59:00.000Z', new: newUse })).toMatchObject({ notice: { marks: ['still_in_use#2026-11-24T08:00:00.000Z#1'] } });
  });

  it('is warned of too where the successor was never used', () => {
    expect(retired('2026-11-24T08:00:00.000Z', { old: '2026-11-22T09:00:00.000Z' })).toMatchObject({ notice: { changes: [{ to: 'not_started' }] } });
  });

  it('is not warned of while it is falling silent', () => {
    expect(retired('2026-11-24T09:00:00.000Z', { old: '2026-11-24T07:00:00.000Z', new: newUse }).kind).toBe('wait');
  });

  it('is not revoked where nothing shows that its successor is being served: a count that has stopped looks like silence', () => {
    const quiet = { old: '2026-11-22T12:00:00.000Z', new: newUse };
    expect(retired('2026-11-23T20:00:00.000Z', quiet, {}, successor, false).kind).toBe('wait');
    expect(retired('2026-11-24T20:00:00.000Z', quiet, {}, successor, false)).toMatchObject({ kind: 'warn', notice: { changes: [{ to: 'not_started' }] } });
  });

  it.each<[string, Partial<KeyRecord>, KeyRecord | null]>([
    ['revoked already', { revokedAt: '2026-11-24T00:00:00.000Z' }, successor],
    ['expired by its own date', { expiresAt: '2026-11-24T00:00:00.000Z' }, successor],
    ['rotated without autoRevoke', { graceEndsAt: null }, successor],
    ['left without its successor', {}, null],
  ])('is left alone where it is %s', (_, key, next) => {
    expect(retired('2026-11-25T20:00:00.000Z', { new: newUse }, key, next).kind).toBe('wait');
  });
});
