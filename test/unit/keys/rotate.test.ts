import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../../shared/keys/changes.ts';
import { rotate } from '../../../shared/keys/rotate.ts';
import type { Principal } from '../../../shared/access/principal.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import type { RotateKeyRequest } from '../../../shared/keys/requests.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import { problemOf } from '../problemOf.ts';
import { hashUnderPepperTwo, nowMs, sampleConfig, sampleKey, sampleMinted, sampleOrganization, samplePrincipal } from '../samples.ts';

const ada = { type: 'member', id: 'mem_000000000001', name: 'Ada' } as const;

function rotated(
  request: RotateKeyRequest = {},
  key: Partial<KeyRecord> = {},
  { organization = {}, principal = {} }: { organization?: Partial<StoredOrganization>; principal?: Partial<Principal> } = {},
) {
  return rotate({
    key: sampleKey(key),
    request,
    organization: sampleOrganization(organization),
    principal: samplePrincipal(principal),
    config: sampleConfig,
    minted: sampleMinted,
    createdBy: ada,
    nowMs,
  });
}

describe('the successor', () => {
  it('has the settings of the old key, a token of its own, and a life of its own', () => {
    const settings = {
      description: 'Till 4', scopes: ['orders:read', 'orders:write'], owner: { name: 'Ada', email: null }, tags: { team: 'x' },
      allowedIps: ['192.0.2.1'], rateLimit: { limit: 1, windowSec: 1 }, active: false,
    };
    expect(rotated({}, settings).successor).toEqual(
      sampleKey({
        ...settings,
        id: 'key_newNewNew000',
        maskedToken: 'gw_live_newN…0000',
        tokenHash: hashUnderPepperTwo,
        pepperVersion: '2',
        replaces: 'key_4f8KmQ2xT7Zb',
        createdAt: '2026-11-22T08:00:00.000Z',
        createdBy: { type: 'member', id: 'mem_000000000001', name: 'Ada' },
        updatedAt: '2026-11-22T08:00:00.000Z',
        version: 1,
        expiresAt: '2027-02-20T08:00:00.000Z',
        expirySetAt: '2026-11-22T08:00:00.000Z',
        limitedAs: 'key_4f8KmQ2xT7Zb',
      }),
    );
  });

  it('lives as long as the request says, within the policy', () => {
    expect(rotated({ expiresInDays: 10 }).successor.expiresAt).toBe('2026-12-02T08:00:00.000Z');
    expect(problemOf(() => rotated({ expiresInDays: 366 })).code).toBe('expiry_not_allowed');
  });

  it('is due for rotation after as long as its predecessor was', () => {
    expect(rotated({}, { rotateBy: '2026-11-23T08:00:00.000Z' }).successor.rotateBy).toBe('2026-12-23T08:00:00.000Z');
    expect(rotated({}, { rotateBy: '2026-10-01T00:00:00.000Z' }).successor.rotateBy).toBe('2026-11-22T08:00:00.000Z');
  });

  it('of a key that is never to be rotated has a date that can still be written', () => {
    expect(rotated({}, { rotateBy: '9999-12-31T00:00:00.000Z' }).successor.rotateBy).toBe('9999-12-31T23:59:59.999Z');
  });
});

describe('the old key', () => {
  it('expires after the grace period, names its successor, and leaves its place to it', () => {
    expect(rotated().old).toEqual(
      sampleKey({
        expiresAt: '2026-11-23T08:00:00.000Z',
        expirySetAt: '2026-11-22T08:00:00.000Z',
        replacedBy: 'key_newNewNew000',
        updatedAt: '2026-11-22T08:00:00.000Z',
        version: 4,
        countsTowardPlan: false,
      }),
    );
  });

  it.each<[string, number | undefined, string | null, string]>([
    ['24 hours by default', undefined, '2027-01-21T08:00:00.000Z', '2026-11-23T08:00:00.000Z'],
    ['at once with 0', 0, '2027-01-21T08:00:00.000Z', '2026-11-22T08:00:00.000Z'],
    ['30 days at most', 720, '2027-01-21T08:00:00.000Z', '2026-12-22T08:00:00.000Z'],
    ['no later than it would have', 720, '2026-11-22T09:00:00.000Z', '2026-11-22T09:00:00.000Z'],
    ['though it never would have', 1, null, '2026-11-22T09:00:00.000Z'],
  ])('ends: %s', (_, gracePeriodHours, expiresAt, ends) => {
    const request = gracePeriodHours === undefined ? {} : { gracePeriodHours };
    expect(rotated(request, { expiresAt }).old.expiresAt).toBe(ends);
  });
});

it('an old key whose grace ends no earlier keeps the time its expiry was given, and with it its warnings', () => {
  const old = { expiresAt: '2026-11-22T09:00:00.000Z', expirySetAt: '2026-10-23T08:00:00.000Z' };
  expect(rotated({ gracePeriodHours: 720 }, old).old.expirySetAt).toBe('2026-10-23T08:00:00.000Z');
});

describe('with autoRevoke', () => {
  it('the old key keeps its expiry, and its grace is only a date to be warned at', () => {
    expect(rotated({ autoRevoke: true, gracePeriodHours: 2 }).old).toMatchObject({ expiresAt: '2027-01-21T08:00:00.000Z', graceEndsAt: '2026-11-22T10:00:00.000Z' });
    expect(rotated({ gracePeriodHours: 2 }).old).toMatchObject({ expiresAt: '2026-11-22T10:00:00.000Z', graceEndsAt: null });
  });

  it('the old key keeps its place in the plan: its life may go on', () => {
    expect(rotated({ autoRevoke: true }).old.countsTowardPlan).toBe(true);
    expect(rotated({ autoRevoke: true }).successor.countsTowardPlan).toBe(true);
  });

  it('the event says so: it is the only place where one can see what will become of the old key', () => {
    const key = sampleKey({});
    expect(changesBetween(key, rotated({ autoRevoke: true, gracePeriodHours: 2 }).old)).toEqual([
      { field: 'graceEndsAt', from: null, to: '2026-11-22T10:00:00.000Z' },
      { field: 'replacedBy', from: null, to: sampleMinted.keyId },
    ]);
    expect(changesBetween(key, rotated({ gracePeriodHours: 2 }).old).map(({ field }) => field)).toEqual(['expiresAt', 'replacedBy']);
  });

  it('the successor is not to be revoked in turn', () => {
    expect(rotated({ autoRevoke: true }).successor.graceEndsAt).toBeNull();
  });
});

describe('rotation is refused', () => {
  it.each<[string, string, Partial<KeyRecord>, Partial<StoredOrganization>]>([
    ['key_revoked', 'of a revoked key', { revokedAt: '2026-11-01T00:00:00.000Z' }, {}],
    ['key_expired', 'of an expired key', { expiresAt: '2026-11-22T08:00:00.000Z' }, {}],
    ['key_already_rotated', 'of a key that was rotated before', { replacedBy: 'key_successor000' }, {}],
    ['key_already_rotated', 'of such a key after its grace', { replacedBy: 'key_successor000', expiresAt: '2026-11-01T00:00:00.000Z' }, {}],
    ['organization_suspended', 'while the organization is suspended', {}, { status: 'suspended' }],
    ['organization_not_approved', 'while it is pending', {}, { status: 'pending' }],
    ['plan_lacks_m2m', 'on a plan without machine access', {}, { plan: 'free' }],
    ['product_not_enabled', 'of a product that is not enabled any more', {}, { products: [] }],
  ])('%s %s', (code, _, key, organization) => {
    expect(problemOf(() => rotated({}, key, { organization })).code).toBe(code);
  });

  it('names the successor of a key that was rotated before', () => {
    expect(problemOf(() => rotated({}, { replacedBy: 'key_successor000' })).extras).toEqual({ replacedBy: 'key_successor000' });
  });

  it('of a management key to whom does not hold its permissions: a rotation hands out a token', () => {
    const management = { product: 'gatewarden', scopes: ['members:write'] };
    expect(problemOf(() => rotated({}, management)).code).toBe('scope_not_held');
    const { successor } = rotated({}, management, { principal: { permissions: ['members:write'] } });
    expect(successor.scopes).toEqual(['members:write']);
  });
});
