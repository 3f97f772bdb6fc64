import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../../shared/keys/changes.ts';
import { nowMs, sampleKey, zoe } from '../samples.ts';
import { revoke } from '../../../shared/keys/revoke.ts';

describe('what an event says of a key', () => {
  it('is every set field of a new one, from null', () => {
    expect(changesBetween(null, sampleKey())).toEqual([
      { field: 'name', from: null, to: 'Checkout' },
      { field: 'product', from: null, to: 'orders' },
      { field: 'environment', from: null, to: 'live' },
      { field: 'scopes', from: null, to: ['orders:read'] },
      { field: 'active', from: null, to: true },
      { field: 'tags', from: null, to: {} },
      { field: 'expiresAt', from: null, to: '2027-01-21T08:00:00.000Z' },
    ]);
  });

  it('is nothing where nothing changed', () => {
    expect(changesBetween(sampleKey({ tags: { a: '1', b: '2' } }), sampleKey({ tags: { b: '2', a: '1' } }))).toEqual([]);
  });

  it('is both values of what changed, in order of scopes too', () => {
    const before = sampleKey({ scopes: ['orders:read', 'orders:write'], owner: { name: 'Ada', email: null } });
    const after = sampleKey({ scopes: ['orders:write', 'orders:read'], owner: { name: 'Ada', email: 'ada@example.com' } });
    expect(changesBetween(before, after)).toEqual([
      { field: 'scopes', from: ['orders:read', 'orders:write'], to: ['orders:write', 'orders:read'] },
      { field: 'owner', from: { name: 'Ada', email: null }, to: { name: 'Ada', email: 'ada@example.com' } },
    ]);
  });

  it('holds the reason and the comment of a revocation', () => {
    const key = sampleKey();
    const decision = revoke({ key, request: { reason: 'other', comment: 'Moved' }, revokedBy: zoe, nowMs });
    expect(decision.kind === 'revoked' && changesBetween(key, decision.next)).toEqual([
      { field: 'revokedAt', from: null, to: '2026-11-22T08:00:00.000Z' },
      { field: 'revocationReason', from: null, to: 'other' },
      { field: 'revocationComment', from: null, to: 'Moved' },
    ]);
  });

  it('is never the hash, the pepper version or the mask, old or new', () => {
    const everyFieldOther = sampleKey({ tokenHash: 'SECRET-HASH', pepperVersion: 'SECRET-VERSION', maskedToken: 'SECRET-MASK' });
    expect(changesBetween(sampleKey(), everyFieldOther)).toEqual([]);
    expect(JSON.stringify(changesBetween(null, everyFieldOther))).not.toContain('SECRET');
  });
});
