import { describe, expect, it } from 'vitest';
import { issue } from '../../../shared/keys/issue.ts';
import type { IssueKeyRequest } from '../../../shared/keys/requests.ts';
import type { Principal } from '../../../shared/access/principal.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import { problemOf } from '../problemOf.ts';
import { hashUnderPepperTwo, nowMs, sampleConfig, sampleMinted, sampleOrganization, samplePrincipal, zoe } from '../samples.ts';

const plain: IssueKeyRequest = { name: 'Checkout', product: 'orders', environment: 'live', scopes: ['orders:read'] };

function issued(
  request: Partial<IssueKeyRequest> = {},
  organization: Partial<StoredOrganization> = {},
  principal: Partial<Principal> = {},
) {
  return issue({
    request: { ...plain, ...request },
    organization: sampleOrganization(organization),
    principal: samplePrincipal(principal),
    config: sampleConfig,
    minted: sampleMinted,
    createdBy: zoe,
    nowMs,
  });
}

describe('an issued key', () => {
  it('has a value for every field, absent ones null, and nothing of the token but its hash and mask', () => {
    expect(issued()).toEqual({
      id: 'key_newNewNew000',
      organizationId: 'org_000000000001',
      name: 'Checkout',
      description: null,
      product: 'orders',
      environment: 'live',
      scopes: ['orders:read'],
      active: true,
      maskedToken: 'gw_live_newN…0000',
      owner: null,
      tags: {},
      createdAt: '2026-11-22T08:00:00.000Z',
      createdBy: { type: 'management_key', id: 'key_admin0000001', name: 'Zoë' },
      updatedAt: '2026-11-22T08:00:00.000Z',
      version: 1,
      expiresAt: '2027-02-20T08:00:00.000Z',
      rotateBy: null,
      allowedIps: null,
      rateLimit: null,
      replaces: null,
      replacedBy: null,
      revokedAt: null,
      revokedBy: null,
      revocationReason: null,
      revocationComment: null,
      tokenHash: hashUnderPepperTwo,
      pepperVersion: '2',
      expirySetAt: '2026-11-22T08:00:00.000Z',
      graceEndsAt: null,
      limitedAs: null,
      countsTowardPlan: true,
    });
  });

  it('carries every field that the request named', () => {
    const request = {
      description: 'Till 4',
      environment: 'test',
      scopes: ['orders:write', 'orders:read'],
      active: false,
      owner: { name: 'Ada', email: 'ada@example.com' },
      tags: { team: 'payments' },
      rotateBy: '2026-12-01T00:00:00.000Z',
      allowedIps: ['192.0.2.0/24'],
      rateLimit: { limit: 10, windowSec: 60 },
      expiresInDays: 30,
    } as const;
    expect(issued({ ...request, scopes: [...request.scopes], allowedIps: [...request.allowedIps] })).toMatchObject({
      description: 'Till 4',
      environment: 'test',
      scopes: ['orders:write', 'orders:read'],
      active: false,
      owner: { name: 'Ada', email: 'ada@example.com' },
      tags: { team: 'payments' },
      rotateBy: '2026-12-01T00:00:00.000Z',
      allowedIps: ['192.0.2.0/24'],
      rateLimit: { limit: 10, windowSec: 60 },
      expiresAt: '2026-12-22T08:00:00.000Z',
    });
  });
});

describe('issuing is refused', () => {
  it.each<[string, string, Partial<IssueKeyRequest>, Partial<StoredOrganization>]>([
    ['organization_suspended', 'while the organization is suspended', {}, { status: 'suspended' }],
    ['organization_not_approved', 'while it is pending', {}, { status: 'pending' }],
    ['plan_lacks_m2m', 'on a plan without machine access', {}, { plan: 'free' }],
    ['plan_lacks_m2m', 'on a plan that is not configured', {}, { plan: 'gold' }],
    ['product_not_enabled', 'for a product that is not enabled', { product: 'invoices', scopes: ['invoices:read'] }, {}],
    ['expiry_not_allowed', 'beyond the policy', { expiresInDays: 366 }, {}],
    ['expiry_not_allowed', 'for ever', { neverExpires: true }, {}],
    ['organization_suspended', 'before anything is said of the request', { product: 'nothing' }, { status: 'suspended' }],
  ])('%s %s', (code, _, request, organization) => {
    expect(problemOf(() => issued(request, organization)).code).toBe(code);
  });

  it.each<[string, Partial<IssueKeyRequest>, string, string]>([
    ['an unknown product', { product: 'teapots' }, 'product', 'Product must be one of gatewarden, orders, invoices, got "teapots".'],
    ['a product that every object has', { product: 'constructor' }, 'product', 'Product must be one of gatewarden, orders, invoices, got "constructor".'],
    ['an unknown scope', { scopes: ['orders:read', 'orders:burn'] }, 'scopes[1]', 'Scope must be one of orders:read, orders:write, got "orders:burn".'],
    ['another product’s scope', { scopes: ['invoices:read'] }, 'scopes[0]', 'Scope must be one of orders:read, orders:write, got "invoices:read".'],
    ['a permission as a scope', { scopes: ['keys:read'] }, 'scopes[0]', 'Scope must be one of orders:read, orders:write, got "keys:read".'],
    ['a rotation that is due already', { rotateBy: '2026-11-22T08:00:00.000Z' }, 'rotateBy', 'rotateBy must lie in the future, got 2026-11-22T08:00:00.000Z.'],
    ['an expiry that has passed', { expiresAt: '2026-11-22T08:00:00.000Z' }, 'expiresAt', 'Expiry must lie in the future, got 2026-11-22T08:00:00.000Z.'],
    ['a management key for test', { product: 'gatewarden', environment: 'test', scopes: ['keys:read'] }, 'environment', 'Management keys are of the environment live.'],
  ])('for %s, naming the field', (_, request, path, message) => {
    expect(problemOf(() => issued(request))).toMatchObject({ code: 'invalid_request', extras: { errors: [{ path, message }] } });
  });
});

describe('a management key', () => {
  const management = { product: 'gatewarden', environment: 'live' } as const;

  it('carries permissions that its maker holds', () => {
    expect(issued({ ...management, scopes: ['keys:read', 'keys:revoke'] }).scopes).toEqual(['keys:read', 'keys:revoke']);
  });

  it('cannot carry one that its maker does not hold', () => {
    expect(problemOf(() => issued({ ...management, scopes: ['keys:read', 'events:read'] }))).toMatchObject({
      code: 'scope_not_held',
      extras: { missing: ['events:read'] },
    });
  });

  it('cannot carry an operator’s permission outside the operator’s organization, whoever asks', () => {
    const holdsAll = { permissions: ['organizations:write'] };
    expect(problemOf(() => issued({ ...management, scopes: ['organizations:write'] }, {}, holdsAll)).code).toBe('invalid_request');
    expect(issued({ ...management, scopes: ['organizations:write'] }, { isOperator: true }, holdsAll).scopes).toEqual(['organizations:write']);
  });
});
