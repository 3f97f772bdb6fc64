import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../shared/access/principal.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import { updateOrganizationRequest } from '../../../shared/organizations/requests.ts';
import { updateOrganization } from '../../../shared/organizations/update.ts';
import { problemOf } from '../problemOf.ts';
import { memberPrincipal, nowMs, sampleConfig, sampleOrganization, samplePrincipal } from '../samples.ts';

const operator = samplePrincipal({ organizationId: 'org_operator0000', isOperator: true, permissions: ['organizations:write', 'organization:write'] });
const operatorsAdmin = { ...operator, permissions: ['organizations:write'] };
const superadmin = memberPrincipal({ permissions: ['organization:read', 'organization:write'] });

function change(body: object, principal: Principal = operator, organization: StoredOrganization = sampleOrganization()) {
  return updateOrganization({ organization, request: updateOrganizationRequest.parse(body), principal, config: sampleConfig, nowMs });
}

describe('changing an organization', () => {
  it('keeps what is not named, counts the version up, and says what is another', () => {
    const decision = change({ name: 'Acme Ltd', policy: { requirePin: true, mailOn: { expiring: false } } });
    const { policy } = sampleOrganization();
    expect(decision).toEqual({
      kind: 'changed',
      eventType: 'organization.updated',
      next: {
        ...sampleOrganization(),
        name: 'Acme Ltd',
        policy: { ...policy, requirePin: true, mailOn: { created: true, rotated: true, revoked: true, deactivated: true, expiring: false } },
        updatedAt: '2026-11-22T08:00:00.000Z',
        version: 2,
      },
      changes: [
        { field: 'name', from: 'Acme', to: 'Acme Ltd' },
        { field: 'policy', from: policy, to: { ...policy, requirePin: true, mailOn: { created: true, rotated: true, revoked: true, deactivated: true, expiring: false } } },
      ],
    });
  });

  it.each([{ name: 'Acme' }, { status: 'approved' }, { products: ['orders'] }, { policy: {} }, { policy: { mailOn: { created: true } } }])('to what it is, %j, changes nothing', (body) => {
    expect(change(body)).toEqual({ kind: 'unchanged' });
  });

  it.each([{ plan: 'gold' }, { products: ['nothing'] }, { policy: { defaultKeyLifetimeDays: 366 } }])('to %j, which cannot be, is a 400', (body) => {
    expect(problemOf(() => change(body)).code).toBe('invalid_request');
  });
});

describe('the organization of the operator', () => {
  it('keeps a plan with machine access: without one its root key is refused, and nobody could undo it', () => {
    const own = sampleOrganization({ isOperator: true, plan: 'team' });
    expect(problemOf(() => change({ plan: 'free' }, operator, own)).code).toBe('invalid_request');
    expect(change({ plan: 'team' }, operator, { ...own, plan: 'free' })).toMatchObject({ kind: 'changed', next: { plan: 'team' } });
    expect(change({ plan: 'free' })).toMatchObject({ kind: 'changed', next: { plan: 'free' } });
  });
});

describe('the status', () => {
  const paths = [
    ['pending', 'approved', 'organization.approved'],
    ['approved', 'suspended', 'organization.suspended'],
    ['suspended', 'approved', 'organization.approved'],
  ] as const;

  it.each(paths)('goes from %s to %s, an event of its own', (from, to, eventType) => {
    expect(change({ status: to }, operator, sampleOrganization({ status: from }))).toMatchObject({ kind: 'changed', eventType, next: { status: to } });
  });

  it.each([['pending', 'suspended'], ['approved', 'pending'], ['suspended', 'pending']] as const)('never goes from %s to %s', (from, to) => {
    expect(problemOf(() => change({ status: to }, operator, sampleOrganization({ status: from }))).code).toBe('status_not_reachable');
  });

  it('of the operator’s own organization stays, or nobody could approve anything', () => {
    for (const status of ['suspended', 'pending'] as const) {
      expect(problemOf(() => change({ status }, operator, sampleOrganization({ isOperator: true })))).toMatchObject({
        code: 'status_not_reachable',
        detail: `The organization of the operator stays approved; it cannot become ${status}.`,
      });
    }
  });
});

describe('what is whose to change', () => {
  it.each([{ name: 'Mine' }, { status: 'approved' }, { plan: 'free' }, { products: [] }, { status: 'suspended', policy: {} }])('%j is the operator’s, not the organization’s own superadmin’s', (body) => {
    expect(problemOf(() => change(body, superadmin)).extras['missing']).toEqual(['organizations:write']);
  });

  it('the policy is the organization’s, by whoever holds organization:write', () => {
    expect(change({ policy: { requirePin: true } }, superadmin)).toMatchObject({ kind: 'changed' });
    expect(problemOf(() => change({ policy: {} }, operatorsAdmin)).extras['missing']).toEqual(['organization:write']);
    expect(change({ status: 'suspended' }, operatorsAdmin)).toMatchObject({ kind: 'changed' });
  });

  it('a permission over all organizations is worth nothing outside the operator’s', () => {
    const pretender = memberPrincipal({ permissions: ['organizations:write', 'organization:write'] });
    expect(problemOf(() => change({ plan: 'free' }, pretender)).extras['missing']).toEqual(['organizations:write']);
  });
});

describe('a request to change an organization', () => {
  it.each([{}, { id: 'org_x' }, { isOperator: true }, { version: 9 }, { name: null }, { policy: null }, { status: 'closed' }])('that says %j is refused', (body) => {
    expect(updateOrganizationRequest.safeParse(body).success).toBe(false);
  });
});
