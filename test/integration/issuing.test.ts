import { describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const dayMs = 86_400_000;

/** Days between two times of the API. */
function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs;
}

describe('an issued key', () => {
  it('comes back exactly as it was asked for, and reads the same afterwards', async () => {
    const { body: whoami } = await system().call('GET', '/whoami');
    const response = await system().call('POST', system().keysPath, {
      body: {
        name: '  Zürich "checkout" \\ 🚀 ',
        description: 'Two lines,\nsecond line.',
        product: 'orders',
        environment: 'live',
        scopes: ['orders:write', 'orders:read'],
        expiresAt: '2027-01-31T12:00:00+02:00',
        active: false,
        owner: { name: 'Ada', email: 'Ada@example.com' },
        tags: { team: 'payments', 'cost.center_1': '42 €', constructor: 'x' },
        rotateBy: '2026-12-31T23:59:59.5Z',
        allowedIps: ['192.0.2.0/24', '2001:db8::/32', '127.0.0.1'],
        rateLimit: { limit: 10, windowSec: 60 },
      },
    });
    expect(response.status).toBe(201);
    const { key, token } = response.body;
    expect(token).toMatch(/^gw_live_[0-9A-Za-z]{50}$/);
    expect(key).toEqual({
      id: `key_${token.slice(8, 20)}`,
      organizationId: system().organizationId,
      name: 'Zürich "checkout" \\ 🚀',
      description: 'Two lines,\nsecond line.',
      product: 'orders',
      environment: 'live',
      scopes: ['orders:write', 'orders:read'],
      status: 'inactive',
      active: false,
      maskedToken: `gw_live_${token.slice(8, 12)}…${token.slice(-4)}`,
      owner: { name: 'Ada', email: 'Ada@example.com' },
      tags: { team: 'payments', 'cost.center_1': '42 €', constructor: 'x' },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      createdBy: { type: 'management_key', id: whoami.principal.id, name: 'Root management key 1' },
      updatedAt: key.createdAt,
      version: 1,
      expiresAt: '2027-01-31T10:00:00.000Z',
      rotateBy: '2026-12-31T23:59:59.500Z',
      lastUsedAt: null,
      allowedIps: ['192.0.2.0/24', '2001:db8::/32', '127.0.0.1'],
      rateLimit: { limit: 10, windowSec: 60 },
      replaces: null,
      replacedBy: null,
      revokedAt: null,
      revokedBy: null,
      revocationReason: null,
    });
    const location = response.headers.get('location');
    expect(location).toBe(`/v1/organizations/${system().organizationId}/keys/${key.id}`);
    const read = await system().call('GET', location?.slice(3) ?? '');
    expect(read.body).toEqual(key);
    expect(read.headers.get('etag')).toBe('"1"');
  });

  it('that says nothing of the rest is active, lives 90 days, and has no owner, tags or bounds', async () => {
    const { key } = await system().issue();
    expect(key).toMatchObject({ status: 'active', active: true, description: null, owner: null, tags: {}, rotateBy: null, allowedIps: null, rateLimit: null });
    expect(daysBetween(key.createdAt, key.expiresAt)).toBe(90);
  });

  it('takes null for what it may leave out', async () => {
    const { key } = await system().issue({ description: null, owner: null, rotateBy: null, allowedIps: null, rateLimit: null });
    expect(key).toMatchObject({ description: null, owner: null, rotateBy: null, allowedIps: null, rateLimit: null });
    expect((await system().issue({ owner: { email: 'a@example.com' } })).key.owner).toEqual({ name: null, email: 'a@example.com' });
  });

  it.each([1, 30, 60, 90, 200, 365])('lives %i days where it was asked to', async (days) => {
    const { key } = await system().issue({ expiresInDays: days });
    expect(daysBetween(key.createdAt, key.expiresAt)).toBe(days);
  });

  it('of the environment test has a token that says so, and does not open a live API', async () => {
    const { token } = await system().issue({ environment: 'test' });
    expect(token).toMatch(/^gw_test_[0-9A-Za-z]{50}$/);
    expectProblem(await system().example(token), 403, 'wrong_environment');
  });

  it('of the reserved product is a management key whose scopes are its permissions', async () => {
    const { key, token } = await system().issue({ name: 'Automation ✓', product: 'gatewarden', scopes: ['keys:read', 'usage:read'] });
    const { body } = await system().call('GET', '/whoami', { token });
    expect(body).toEqual({
      principal: { type: 'management_key', id: key.id, name: 'Automation ✓' },
      organization: { id: system().organizationId, name: 'Operator', status: 'approved', isOperator: true },
      role: null,
      permissions: ['keys:read', 'usage:read'],
    });
  });

  it('without a scope opens what asks for none, and nothing else', async () => {
    const { token } = await system().issue({ scopes: [] });
    expect((await system().example(token, { path: '/whoami' })).status).toBe(200);
    expectProblem(await system().example(token), 403, 'insufficient_scope');
  });
});

describe('the expiry policy', () => {
  it('bounds the life of a key, and says by how much', async () => {
    const { keysPath } = await system().tenant();
    const ask = (fields: object) => system().call('POST', keysPath, { body: { name: 'K', product: 'orders', environment: 'live', scopes: [], ...fields } });
    const tooFar = new Date(Date.now() + 366 * dayMs).toISOString();
    for (const fields of [{ expiresInDays: 366 }, { expiresAt: tooFar }, { neverExpires: true }]) {
      const problem = expectProblem(await ask(fields), 403, 'expiry_not_allowed');
      expect(problem.maxKeyLifetimeDays).toBe(365);
    }
  });

  it('of an organization without a bound allows ten years and keys that never expire', async () => {
    const { id, keysPath } = await system().tenant();
    await system().operator.setPolicy(id, { maxKeyLifetimeDays: null, allowNeverExpires: true });
    const { key } = await system().issue({ expiresInDays: 3650 }, keysPath);
    expect(daysBetween(key.createdAt, key.expiresAt)).toBe(3650);
    const forever = await system().issue({ neverExpires: true }, keysPath);
    expect(forever.key).toMatchObject({ expiresAt: null, status: 'active' });
    expect((await system().example(forever.token)).status).toBe(200);
  });

  it('has a default that never exceeds its own bound', async () => {
    const { id, keysPath } = await system().tenant();
    await system().operator.setPolicy(id, { defaultKeyLifetimeDays: 90, maxKeyLifetimeDays: 14 });
    const { key } = await system().issue({}, keysPath);
    expect(daysBetween(key.createdAt, key.expiresAt)).toBe(14);
  });
});

describe('issuing is refused', () => {
  it.each([
    ['while the organization waits for approval', { status: 'pending' }, 'organization_not_approved'],
    ['while the organization is suspended', { status: 'suspended' }, 'organization_suspended'],
    ['on a plan without machine access', { plan: 'free' }, 'plan_lacks_m2m'],
    ['on a plan that the deployment does not have', { plan: 'gone' }, 'plan_lacks_m2m'],
    ['for a product that is not enabled', { products: ['invoices'] }, 'product_not_enabled'],
  ])('%s, and allowed again afterwards', async (_when, fields, code) => {
    const { id, keysPath } = await system().tenant();
    await system().operator.setOrganization(id, fields);
    const before = await system().operator.snapshot();
    const body = { name: 'K', product: 'orders', environment: 'live', scopes: ['orders:read'] };
    expectProblem(await system().call('POST', keysPath, { body }), 403, code);
    expect(await system().operator.snapshot()).toEqual(before);
    await system().operator.setOrganization(id, { status: 'approved', plan: 'team', products: ['orders'] });
    expect((await system().call('POST', keysPath, { body })).status).toBe(201);
  });
});
