import { describe, expect, it } from 'vitest';
import { decide } from '../../../shared/keys/decide.ts';
import type { Demand } from '../../../shared/keys/decide.ts';
import type { OrganizationState, VerificationRecord } from '../../../shared/keys/verificationRecord.ts';
import { nowMs, sampleConfig, sampleVerificationRecord } from '../samples.ts';

const approved: OrganizationState = { id: 'org_000000000001', status: 'approved', plan: 'team', products: ['orders'], isOperator: false };
const ordersRead: Demand = { product: 'orders', environment: 'live', scopes: ['orders:read'], ip: '192.0.2.7' };

function decided(
  key: Partial<VerificationRecord> = {},
  organization: Partial<OrganizationState> = {},
  demand: Demand = ordersRead,
) {
  return decide({
    key: sampleVerificationRecord(key),
    organization: { ...approved, ...organization },
    plans: sampleConfig.plans,
    demand,
    nowMs,
  });
}

describe('a genuine key', () => {
  it.each<[string, Partial<VerificationRecord>, Demand]>([
    ['with all that is asked', {}, ordersRead],
    ['with more scopes than asked', { scopes: ['orders:write', 'orders:read'] }, ordersRead],
    ['where nothing is asked', { scopes: [] }, {}],
    ['from an allowed address', { allowedIps: ['198.51.100.1', '192.0.2.0/24'] }, ordersRead],
    ['without expiry', { expiresAt: null }, ordersRead],
    ['in its last millisecond', { expiresAt: '2026-11-22T08:00:00.001Z' }, ordersRead],
  ])('passes %s', (_, key, demand) => {
    expect(decided(key, {}, demand)).toEqual({ valid: true });
  });

  it('of the management product passes though no organization has it enabled', () => {
    const demand = { product: 'gatewarden', environment: 'live' };
    expect(decided({ product: 'gatewarden', scopes: [] }, { products: [] }, demand)).toEqual({ valid: true });
  });
});

describe('a key is refused', () => {
  it.each<[string, string, Partial<VerificationRecord>, Partial<OrganizationState>, Demand, string]>([
    ['revoked', 'revoked_key', { revokedAt: '2026-11-22T07:00:00.000Z' }, {}, ordersRead, 'The key is revoked.'],
    ['at the very millisecond of its expiry', 'expired_key', { expiresAt: '2026-11-22T08:00:00.000Z' }, {}, ordersRead, 'The key is expired.'],
    ['with an expiry that cannot be read', 'expired_key', { expiresAt: 'soon' }, {}, ordersRead, 'The key is expired.'],
    ['inactive', 'inactive_key', { active: false }, {}, ordersRead, 'The key is inactive.'],
    ['of a suspended organization', 'organization_suspended', {}, { status: 'suspended' }, ordersRead, 'The organization of the key is suspended.'],
    ['of a pending organization', 'organization_not_approved', {}, { status: 'pending' }, ordersRead, 'The organization of the key is not approved.'],
    ['of an organization in an unknown state', 'organization_not_approved', {}, { status: 'Approved' }, ordersRead, 'The organization of the key is not approved.'],
    ['on a plan without machine access', 'plan_lacks_m2m', {}, { plan: 'free' }, ordersRead, 'The plan free has no machine access.'],
    ['on a plan that is gone', 'plan_lacks_m2m', {}, { plan: 'gold' }, ordersRead, 'The plan gold has no machine access.'],
    ['on a plan named as something every object has', 'plan_lacks_m2m', {}, { plan: 'constructor' }, ordersRead, 'The plan constructor has no machine access.'],
    ['of a product that is not enabled', 'product_not_enabled', {}, { products: ['invoices'] }, ordersRead, 'The product orders is not enabled for the organization of the key.'],
    ['for another product', 'wrong_product', {}, {}, { ...ordersRead, product: 'invoices' }, 'The key is for the product orders, not for invoices.'],
    ['for the other environment', 'wrong_environment', {}, {}, { ...ordersRead, environment: 'test' }, 'The key is for the environment live, not for test.'],
    ['from an address outside its ranges', 'ip_not_allowed', { allowedIps: ['198.51.100.0/24'] }, {}, ordersRead, 'The key may not be used from this address.'],
    ['bound to addresses where none is known', 'ip_not_allowed', { allowedIps: ['0.0.0.0/0'] }, {}, {}, 'The key may not be used from this address.'],
    ['bound to an empty list of addresses', 'ip_not_allowed', { allowedIps: [] }, {}, ordersRead, 'The key may not be used from this address.'],
    ['without the scope', 'insufficient_scope', { scopes: ['orders:write'] }, {}, ordersRead, 'The key lacks the scope orders:read.'],
    ['with a scope that only begins like it', 'insufficient_scope', { scopes: ['orders:readonly'] }, {}, ordersRead, 'The key lacks the scope orders:read.'],
    ['without two scopes', 'insufficient_scope', { scopes: [] }, {}, { scopes: ['orders:read', 'orders:write'] }, 'The key lacks the scope orders:read, orders:write.'],
  ])('%s: %s', (_, code, key, organization, demand, detail) => {
    expect(decided(key, organization, demand)).toEqual({ valid: false, code, detail });
  });
});

describe('the first reason is the one told', () => {
  const everythingWrong = {
    key: { revokedAt: '2026-11-22T07:00:00.000Z', expiresAt: '2026-11-22T07:00:00.000Z', active: false, product: 'invoices', environment: 'test', allowedIps: ['198.51.100.1'], scopes: [] },
    organization: { status: 'suspended', plan: 'free', products: [] },
  };

  it('a dead key of a suspended organization is dead first: a stranger learns nothing of the organization', () => {
    expect(decided(everythingWrong.key, everythingWrong.organization)).toMatchObject({ code: 'revoked_key' });
  });

  it('each mended fault uncovers the next', () => {
    const key: Partial<VerificationRecord> = { ...everythingWrong.key };
    const organization: Partial<OrganizationState> = { ...everythingWrong.organization };
    const codes: string[] = [];
    const mend = [
      () => Object.assign(key, { revokedAt: null }),
      () => Object.assign(key, { expiresAt: null }),
      () => Object.assign(key, { active: true }),
      () => Object.assign(organization, { status: 'pending' }),
      () => Object.assign(organization, { status: 'approved' }),
      () => Object.assign(organization, { plan: 'team' }),
      () => Object.assign(organization, { products: ['orders', 'invoices'] }),
      () => Object.assign(key, { product: 'orders' }),
      () => Object.assign(key, { environment: 'live' }),
      () => Object.assign(key, { allowedIps: null }),
      () => Object.assign(key, { scopes: ['orders:read'] }),
    ];
    for (const step of mend) {
      const decision = decided(key, organization);
      codes.push(decision.valid ? 'valid' : decision.code);
      step();
    }
    expect(codes).toEqual([
      'revoked_key',
      'expired_key',
      'inactive_key',
      'organization_suspended',
      'organization_not_approved',
      'plan_lacks_m2m',
      'product_not_enabled',
      'wrong_product',
      'wrong_environment',
      'ip_not_allowed',
      'insufficient_scope',
    ]);
    expect(decided(key, organization)).toEqual({ valid: true });
  });
});
