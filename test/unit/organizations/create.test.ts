import { describe, expect, it } from 'vitest';
import { createOrganization } from '../../../shared/organizations/create.ts';
import { createOrganizationRequest } from '../../../shared/organizations/requests.ts';
import { problemOf } from '../problemOf.ts';
import { nowMs, sampleConfig } from '../samples.ts';

function create(body: object) {
  return createOrganization({ id: 'org_new000000000', request: createOrganizationRequest.parse(body), config: sampleConfig, nowMs });
}

describe('a new organization', () => {
  it('is pending, on the first plan, without products, under the default policy, and never the operator', () => {
    expect(create({ name: ' Acme ' })).toEqual({
      id: 'org_new000000000',
      name: 'Acme',
      status: 'pending',
      plan: 'free',
      products: [],
      policy: {
        defaultKeyLifetimeDays: 90,
        maxKeyLifetimeDays: 365,
        allowNeverExpires: false,
        requirePin: false,
        rotationQuietHours: 24,
        noticeDays: [30, 14, 7, 1],
        noticeEmails: [],
        timeZone: 'UTC',
        mailOn: { created: true, rotated: true, revoked: true, deactivated: true, expiring: true },
      },
      createdAt: '2026-11-22T08:00:00.000Z',
      updatedAt: '2026-11-22T08:00:00.000Z',
      version: 1,
      isOperator: false,
    });
  });

  it('is as the operator asks', () => {
    const asked = { name: 'Acme', plan: 'team', products: ['orders'], status: 'approved', policy: { requirePin: true, mailOn: { created: false } } };
    expect(create(asked)).toMatchObject({ plan: 'team', products: ['orders'], status: 'approved', policy: { requirePin: true, mailOn: { created: false, revoked: true } } });
  });

  it.each([
    [{ plan: 'gold' }, 'plan', 'Plan must be one of free, team, got "gold".'],
    [{ plan: 'constructor' }, 'plan', 'Plan must be one of free, team, got "constructor".'],
    [{ products: ['orders', 'gatewarden'] }, 'products[1]', 'Product must be one of orders, invoices, got "gatewarden".'],
    [{ policy: { maxKeyLifetimeDays: 30 } }, 'policy.defaultKeyLifetimeDays', 'The default, 90 days, must not exceed the maximum, 30.'],
  ])('with %j is a 400 that says what may be', (fields, path, message) => {
    expect(problemOf(() => create({ name: 'Acme', ...fields })).extras.errors).toEqual([{ path, message }]);
  });
});

describe('a request for an organization', () => {
  it.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(81) }, 'name'],
    [{ name: 'two\nlines' }, 'name'],
    [{ name: 'half \ud800' }, 'name'],
    [{ name: 'A', status: 'suspended' }, 'status'],
    [{ name: 'A', isOperator: true }, ''],
    [{ name: 'A', id: 'org_x' }, ''],
    [{ name: 'A', version: 7 }, ''],
    [{ name: 'A', products: ['orders', 'orders'] }, 'products'],
    [{ name: 'A', policy: { requirePin: 'yes' } }, 'policy.requirePin'],
    [{ name: 'A', policy: { maxKeyLifetimeDays: 0 } }, 'policy.maxKeyLifetimeDays'],
    [{ name: 'A', policy: { noticeEmails: ['nobody'] } }, 'policy.noticeEmails.0'],
    [{ name: 'A', policy: { noticeDays: [0] } }, 'policy.noticeDays.0'],
    [{ name: 'A', policy: { timeZone: 'Mars/Olympus' } }, 'policy.timeZone'],
    [{ name: 'A', policy: { pin: 1 } }, 'policy'],
    [{ name: 'A', policy: { mailOn: { born: true } } }, 'policy.mailOn'],
  ])('that says %j is refused at "%s"', (body, path) => {
    const result = createOrganizationRequest.safeParse(body);
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
