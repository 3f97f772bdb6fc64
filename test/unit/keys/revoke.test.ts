import { describe, expect, it } from 'vitest';
import { revoke } from '../../../shared/keys/revoke.ts';
import { nowMs, sampleKey, zoe } from '../samples.ts';

describe('revoking', () => {
  it('ends a key at once, says who and why, and gives its place back', () => {
    expect(revoke({ key: sampleKey(), request: { reason: 'compromised', comment: 'Seen in a log' }, revokedBy: zoe, nowMs })).toEqual({
      kind: 'revoked',
      next: sampleKey({
        revokedAt: '2026-11-22T08:00:00.000Z',
        revokedBy: { type: 'management_key', id: 'key_admin0000001', name: 'Zoë' },
        revocationReason: 'compromised',
        revocationComment: 'Seen in a log',
        updatedAt: '2026-11-22T08:00:00.000Z',
        version: 4,
        countsTowardPlan: false,
      }),
    });
  });

  it('works on an inactive, an expired and a superseded key', () => {
    for (const key of [{ active: false }, { expiresAt: '2026-11-01T00:00:00.000Z' }, { replacedBy: 'key_successor000' }]) {
      expect(revoke({ key: sampleKey(key), request: { reason: 'retired' }, revokedBy: zoe, nowMs })).toMatchObject({
        kind: 'revoked',
        next: { ...key, revocationReason: 'retired', revocationComment: null },
      });
    }
  });

  it('a second time changes nothing, whatever the reason', () => {
    const key = sampleKey({ revokedAt: '2026-11-01T00:00:00.000Z', revocationReason: 'retired' });
    expect(revoke({ key, request: { reason: 'compromised' }, revokedBy: zoe, nowMs })).toEqual({ kind: 'already_revoked' });
  });
});
