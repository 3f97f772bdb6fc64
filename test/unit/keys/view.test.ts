import { describe, expect, it } from 'vitest';
import { viewKey } from '../../../shared/keys/view.ts';
import { nowMs, sampleKey } from '../samples.ts';

describe('a key as the API shows it', () => {
  it('has exactly the fields of the contract, and no other that the record has or may get', () => {
    const shown = viewKey({ ...sampleKey({ revocationComment: 'internal' }), token: 'gw_live_SECRET', pin: '123456' } as never, nowMs);
    expect(Object.keys(shown)).toEqual([
      'id', 'organizationId', 'name', 'description', 'product', 'environment', 'scopes', 'status', 'active', 'maskedToken', 'owner', 'tags',
      'createdAt', 'createdBy', 'updatedAt', 'version', 'expiresAt', 'rotateBy', 'lastUsedAt', 'allowedIps', 'rateLimit', 'replaces',
      'replacedBy', 'revokedAt', 'revokedBy', 'revocationReason',
    ]);
  });

  it('has its status as of now, and its last use where that is known', () => {
    expect(viewKey(sampleKey(), nowMs)).toMatchObject({ status: 'active', lastUsedAt: null });
    expect(viewKey(sampleKey({ expiresAt: '2026-11-22T08:00:00.000Z' }), nowMs)).toMatchObject({ status: 'expired', active: true });
    expect(viewKey(sampleKey(), nowMs, '2026-11-22T07:00:00.000Z').lastUsedAt).toBe('2026-11-22T07:00:00.000Z');
  });

  it('is not shown at all where the record is damaged', () => {
    expect(() => viewKey({ ...sampleKey(), name: undefined } as never, nowMs)).toThrow('Invalid input: expected string');
  });
});
