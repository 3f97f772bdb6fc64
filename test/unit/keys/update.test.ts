import { describe, expect, it } from 'vitest';
import { update } from '../../../shared/keys/update.ts';
import type { Principal } from '../../../shared/access/principal.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import type { UpdateKeyRequest } from '../../../shared/keys/requests.ts';
import { problemOf } from '../problemOf.ts';
import { nowMs, sampleConfig, sampleKey, sampleOrganization, samplePrincipal } from '../samples.ts';

function updated(request: UpdateKeyRequest, key: Partial<KeyRecord> = {}, principal: Partial<Principal> = {}) {
  return update({
    key: sampleKey(key),
    request,
    organization: sampleOrganization(),
    principal: samplePrincipal(principal),
    config: sampleConfig,
    nowMs,
  });
}

describe('a changed key', () => {
  it('keeps what the request leaves out, is one version further, and says what changed from what', () => {
    expect(updated({ name: 'Till' })).toEqual({
      kind: 'changed',
      next: sampleKey({ name: 'Till', version: 4, updatedAt: '2026-11-22T08:00:00.000Z' }),
      eventType: 'key.updated',
      changes: [{ field: 'name', from: 'Checkout', to: 'Till' }],
    });
  });

  it('may change in every field at once', () => {
    const owner = { name: 'Ada', email: null };
    const request = {
      name: 'Till', description: 'Till 4', scopes: ['orders:write'], active: false, owner, tags: { team: 'x' }, expiresInDays: 30,
      rotateBy: '2026-12-01T00:00:00.000Z', allowedIps: ['192.0.2.1'], rateLimit: { limit: 1, windowSec: 1 },
    };
    expect(updated(request)).toMatchObject({
      next: {
        name: 'Till', description: 'Till 4', scopes: ['orders:write'], active: false, owner, tags: { team: 'x' },
        expiresAt: '2026-12-22T08:00:00.000Z', rotateBy: '2026-12-01T00:00:00.000Z', allowedIps: ['192.0.2.1'],
        rateLimit: { limit: 1, windowSec: 1 },
      },
      changes: [
        { field: 'name' }, { field: 'description' }, { field: 'scopes' }, { field: 'active' }, { field: 'owner' }, { field: 'tags' },
        { field: 'expiresAt' }, { field: 'rotateBy' }, { field: 'allowedIps' }, { field: 'rateLimit' },
      ],
    });
  });

  it.each<[UpdateKeyRequest, Partial<KeyRecord>, string, unknown]>([
    [{ description: null }, { description: 'x' }, 'description', null],
    [{ owner: null }, { owner: { name: 'Ada', email: null } }, 'owner', null],
    [{ tags: null }, { tags: { team: 'x' } }, 'tags', {}],
    [{ rotateBy: null }, { rotateBy: '2026-12-01T00:00:00.000Z' }, 'rotateBy', null],
    [{ allowedIps: null }, { allowedIps: ['192.0.2.1'] }, 'allowedIps', null],
    [{ rateLimit: null }, { rateLimit: { limit: 1, windowSec: 1 } }, 'rateLimit', null],
  ])('null clears: %j', (request, key, field, to) => {
    expect(updated(request, key)).toMatchObject({ next: { [field]: to }, changes: [{ field, to }] });
  });

  it('stays as it is, without an event, where the request changes nothing', () => {
    expect(updated({ name: 'Checkout', scopes: ['orders:read'], active: true, tags: {}, expiresAt: '2027-01-21T08:00:00.000Z' })).toEqual({
      kind: 'unchanged',
    });
  });
});

describe('the event', () => {
  it.each<[string, UpdateKeyRequest, boolean]>([
    ['key.deactivated', { active: false }, true],
    ['key.activated', { active: true }, false],
    ['key.deactivated', { active: false, name: 'Till' }, true],
    ['key.updated', { active: true, name: 'Till' }, true],
  ])('is %s for %j', (eventType, request, active) => {
    expect(updated(request, { active })).toMatchObject({ eventType });
  });
});

describe('a change is refused', () => {
  it('of a revoked key, even one that would change nothing: 409', () => {
    const revokedAt = '2026-11-01T00:00:00.000Z';
    expect(problemOf(() => updated({ active: true }, { revokedAt })).code).toBe('key_revoked');
    expect(problemOf(() => updated({ expiresInDays: 30 }, { revokedAt })).code).toBe('key_revoked');
  });

  it.each<[string, UpdateKeyRequest, string]>([
    ['beyond the policy', { expiresInDays: 366 }, 'expiry_not_allowed'],
    ['to never', { neverExpires: true }, 'expiry_not_allowed'],
    ['to an expiry that has passed', { expiresAt: '2026-11-22T08:00:00.000Z' }, 'invalid_request'],
    ['to a rotation that has passed', { rotateBy: '2026-11-22T08:00:00.000Z' }, 'invalid_request'],
    ['to a scope that the product does not have', { scopes: ['orders:burn'] }, 'invalid_request'],
  ])('%s', (_, request, code) => {
    expect(problemOf(() => updated(request)).code).toBe(code);
  });

  it('but not for a rotation that was due before and stays as it is', () => {
    const rotateBy = '2026-11-01T00:00:00.000Z';
    expect(updated({ name: 'Till', rotateBy }, { rotateBy })).toMatchObject({ kind: 'changed' });
  });
});

describe('the scopes of a management key', () => {
  const management = { product: 'gatewarden', scopes: ['keys:read', 'events:read'] };

  it('cannot grow by what the principal does not hold', () => {
    expect(problemOf(() => updated({ scopes: ['keys:read', 'events:read', 'members:write'] }, management))).toMatchObject({
      code: 'scope_not_held',
      extras: { missing: ['members:write'] },
    });
  });

  it('can shrink, also by what the principal does not hold', () => {
    expect(updated({ scopes: ['keys:read'] }, management)).toMatchObject({ next: { scopes: ['keys:read'] } });
    expect(updated({ scopes: ['events:read', 'keys:write'] }, management)).toMatchObject({ next: { scopes: ['events:read', 'keys:write'] } });
  });
});

describe('a management key that can do more than the principal', () => {
  const management = { product: 'gatewarden', scopes: ['keys:read', 'members:write'], allowedIps: ['192.0.2.0/24', '198.51.100.7'] };

  it.each<[string, UpdateKeyRequest, Partial<KeyRecord>]>([
    ['switched on again', { active: true }, { active: false }],
    ['brought back after its time', { expiresInDays: 30 }, { expiresAt: '2026-11-01T00:00:00.000Z' }],
    ['brought back after a rotation', { expiresInDays: 30 }, { expiresAt: '2026-11-22T08:00:00.000Z', replacedBy: 'key_newNewNew000' }],
    ['given a longer life', { expiresInDays: 90 }, {}],
    ['opened to all addresses', { allowedIps: null }, {}],
    ['opened to another address', { allowedIps: ['192.0.2.0/24', '203.0.113.1'] }, {}],
  ])('cannot be %s', (_, request, key) => {
    expect(problemOf(() => updated(request, { ...management, ...key }))).toMatchObject({
      code: 'scope_not_held',
      extras: { missing: ['members:write'] },
    });
    expect(updated(request, { ...management, ...key }, { permissions: management.scopes })).toMatchObject({ kind: 'changed' });
  });

  it.each<[string, UpdateKeyRequest]>([
    ['switched off', { active: false }],
    ['given a shorter life', { expiresInDays: 1 }],
    ['bound to fewer addresses', { allowedIps: ['198.51.100.7'] }],
    ['renamed', { name: 'Till' }],
    ['given a longer life together with scopes that the principal holds', { scopes: ['keys:read'], expiresInDays: 90 }],
  ])('can be %s', (_, request) => {
    expect(updated(request, management)).toMatchObject({ kind: 'changed' });
  });
});

describe('a place in the plan', () => {
  const expired = { expiresAt: '2026-11-01T00:00:00.000Z', countsTowardPlan: false };
  const superseded = { replacedBy: 'key_newNewNew000', countsTowardPlan: false };

  it.each<[string, UpdateKeyRequest, Partial<KeyRecord>, boolean]>([
    ['is kept by a key that had one', { name: 'Till' }, {}, true],
    ['is taken by an expired key that is renewed', { expiresInDays: 30 }, expired, true],
    ['is not taken by an expired key that is only renamed', { name: 'Till' }, expired, false],
    ['is not taken by a key that left its own to a successor', { name: 'Till' }, superseded, false],
    ['is not taken by such a key that is given a shorter life', { expiresInDays: 1 }, superseded, false],
    ['is taken by such a key that is given a longer life', { expiresInDays: 90 }, superseded, true],
  ])('%s', (_, request, key, countsTowardPlan) => {
    expect(updated(request, key)).toMatchObject({ next: { countsTowardPlan } });
  });
});

describe('when the expiry was given', () => {
  it.each<[string, UpdateKeyRequest, string | null]>([
    ['moves with a new expiry', { expiresInDays: 30 }, '2026-11-22T08:00:00.000Z'],
    ['stays with the same expiry, asked for again', { expiresAt: '2027-01-21T08:00:00.000Z', name: 'Till' }, '2026-10-23T08:00:00.000Z'],
    ['stays where nothing is said of it', { name: 'Till' }, '2026-10-23T08:00:00.000Z'],
  ])('%s', (_, request, expirySetAt) => {
    expect(updated(request, { expirySetAt: '2026-10-23T08:00:00.000Z' })).toMatchObject({ next: { expirySetAt } });
  });
});
