import { describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';
import type { CallOptions } from '../support/system.ts';

const system = useSystem();
const hourMs = 3_600_000;
const dayMs = 86_400_000;

function rotate(keyId: string, options: CallOptions = {}, keysPath = system().keysPath) {
  return system().call('POST', `${keysPath}/${keyId}/rotate`, options);
}

async function read(keyId: string) {
  return (await system().call('GET', `${system().keysPath}/${keyId}`)).body;
}

describe('a rotated key', () => {
  it('has a successor with the same settings, and works beside it for 24 hours', async () => {
    const { key, token } = await system().issue({
      name: 'Shop',
      description: 'D',
      scopes: ['orders:read', 'orders:write'],
      expiresInDays: 30,
      owner: { name: 'A' },
      tags: { a: '1' },
      allowedIps: ['127.0.0.0/8'],
      rateLimit: { limit: 5, windowSec: 1 },
    });
    const response = await rotate(key.id);
    expect(response.status).toBe(201);
    const { key: successor, token: newToken } = response.body;
    expect(newToken).toMatch(/^gw_live_[0-9A-Za-z]{50}$/);
    expect(successor).toEqual({
      ...key,
      id: `key_${newToken.slice(8, 20)}`,
      maskedToken: `gw_live_${newToken.slice(8, 12)}…${newToken.slice(-4)}`,
      createdAt: expect.any(String),
      updatedAt: successor.createdAt,
      expiresAt: expect.any(String),
      replaces: key.id,
    });
    expect(Date.parse(successor.expiresAt) - Date.parse(successor.createdAt)).toBe(30 * dayMs);
    expect(response.headers.get('location')).toBe(`/v1${system().keysPath}/${successor.id}`);
    const old = await read(key.id);
    expect(old).toEqual({ ...key, replacedBy: successor.id, expiresAt: old.expiresAt, updatedAt: successor.createdAt, version: 2 });
    expect(Date.parse(old.expiresAt) - Date.parse(successor.createdAt)).toBe(24 * hourMs);

    expect([(await system().example(token)).status, (await system().example(newToken)).status]).toEqual([200, 200]);
    system().platform.clock.advance(24 * hourMs);
    expect([(await system().example(token)).status, (await system().example(newToken)).status]).toEqual([401, 200]);
  });

  it('ends at once with a grace period of 0', async () => {
    const { key, token } = await system().issue();
    const { body } = await rotate(key.id, { body: { gracePeriodHours: 0 } });
    expectProblem(await system().example(token), 401, 'unauthorized');
    expect((await system().example(body.token)).status).toBe(200);
    expect((await read(key.id)).status).toBe('expired');
  });

  it('lives up to 720 hours more, and not one more', async () => {
    const { key } = await system().issue();
    expectProblem(await rotate(key.id, { body: { gracePeriodHours: 721 } }), 400, 'invalid_request', ['gracePeriodHours']);
    const { body } = await rotate(key.id, { body: { gracePeriodHours: 720 } });
    expect(Date.parse((await read(key.id)).expiresAt) - Date.parse(body.key.createdAt)).toBe(720 * hourMs);
  });

  it('never lives longer than it would have', async () => {
    const { key } = await system().issue({ expiresInDays: 1 });
    await rotate(key.id, { body: { gracePeriodHours: 48 } });
    expect((await read(key.id)).expiresAt).toBe(key.expiresAt);
  });

  it('may give its successor another expiry, within the policy', async () => {
    const { key } = await system().issue();
    expectProblem(await rotate(key.id, { body: { expiresInDays: 366 } }), 403, 'expiry_not_allowed');
    expectProblem(await rotate(key.id, { body: { neverExpires: true } }), 403, 'expiry_not_allowed');
    expectProblem(await rotate(key.id, { body: { expiresAt: '2020-01-01T00:00:00Z' } }), 400, 'invalid_request', ['expiresAt']);
    const { body } = await rotate(key.id, { body: { expiresInDays: 7 } });
    expect(Date.parse(body.key.expiresAt) - Date.parse(body.key.createdAt)).toBe(7 * dayMs);
  });

  it('that is switched off has a successor that is, too', async () => {
    const { key } = await system().issue({ active: false });
    const { body } = await rotate(key.id, { body: {} });
    expect(body.key.status).toBe('inactive');
    expectProblem(await system().example(body.token), 401, 'unauthorized');
  });

  it('cannot be rotated again; its successor can', async () => {
    const { key } = await system().issue();
    const { body: first } = await rotate(key.id);
    expect(expectProblem(await rotate(key.id), 409, 'key_already_rotated').replacedBy).toBe(first.key.id);
    const { body: second } = await rotate(first.key.id);
    expect(second.key.replaces).toBe(first.key.id);
  });

  it('has one successor, however many rotate it at once', async () => {
    const { key } = await system().issue();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(key.id)));
    const outcomes = answers.map(({ status, body }) => (status === 201 ? 'rotated' : body.code)).sort();
    expect(outcomes).toEqual([...Array.from({ length: 7 }, () => 'key_already_rotated'), 'rotated']);
    const { body } = await system().call('GET', `${system().keysPath}?limit=100`);
    expect(body.items.filter(({ replaces }: { replaces: string }) => replaces === key.id)).toHaveLength(1);
  });
});

describe('rotating is refused', () => {
  it('for a revoked key, and for an expired one', async () => {
    const { key: revoked } = await system().issue();
    await system().call('POST', `${system().keysPath}/${revoked.id}/revoke`, { body: { reason: 'retired' } });
    const { key: expired } = await system().issue({ expiresInDays: 1 });
    system().platform.clock.advance(dayMs);
    const before = await system().operator.snapshot();
    expectProblem(await rotate(revoked.id), 409, 'key_revoked');
    expectProblem(await rotate(expired.id), 409, 'key_expired');
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it.each([
    ['while the organization waits for approval', { status: 'pending' }, 'organization_not_approved'],
    ['while the organization is suspended', { status: 'suspended' }, 'organization_suspended'],
    ['on a plan without machine access', { plan: 'free' }, 'plan_lacks_m2m'],
    ['for a product that is not enabled any more', { products: [] }, 'product_not_enabled'],
  ])('%s', async (_when, fields, code) => {
    const { id, keysPath } = await system().tenant();
    const { key } = await system().issue({}, keysPath);
    await system().operator.setOrganization(id, fields);
    const before = await system().operator.snapshot();
    expectProblem(await rotate(key.id, {}, keysPath), 403, code);
    expect(await system().operator.snapshot()).toEqual(before);
  });
});

describe('nobody gets more than they hold', () => {
  it('a management key issues, changes and rotates no key with a permission that it lacks', async () => {
    const { key: strong } = await system().issue({ product: 'gatewarden', scopes: ['keys:read', 'keys:write', 'events:read'] });
    const { key: weak, token } = await system().issue({ product: 'gatewarden', scopes: ['keys:read', 'keys:write'] });
    const before = await system().operator.snapshot();
    const body = { name: 'More', product: 'gatewarden', environment: 'live', scopes: ['keys:read', 'events:read', 'keys:revoke'] };
    const refusals = [
      await system().call('POST', system().keysPath, { token, body }),
      await system().call('PATCH', `${system().keysPath}/${weak.id}`, { token, body: { scopes: ['keys:read', 'events:read', 'keys:revoke'] } }),
    ];
    for (const refusal of refusals) expect(expectProblem(refusal, 403, 'scope_not_held').missing).toEqual(['events:read', 'keys:revoke']);
    expect(expectProblem(await rotate(strong.id, { token }), 403, 'scope_not_held').missing).toEqual(['events:read']);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it.each([
    ['switched off', { active: false }, { active: true }],
    ['bound to addresses', { allowedIps: ['192.0.2.1'] }, { allowedIps: null }],
    ['about to expire', { expiresInDays: 1 }, { expiresInDays: 90 }],
  ])('a stronger key that is %s stays so, for a weaker one', async (_how, fields, body) => {
    const { key: strong } = await system().issue({ product: 'gatewarden', scopes: ['keys:read', 'events:read'], ...fields });
    const { token } = await system().issue({ product: 'gatewarden', scopes: ['keys:read', 'keys:write'] });
    const path = `${system().keysPath}/${strong.id}`;
    expect(expectProblem(await system().call('PATCH', path, { token, body }), 403, 'scope_not_held').missing).toEqual(['events:read']);
    expect((await system().call('GET', path)).body).toEqual(strong);
    expect((await system().call('PATCH', path, { body })).body.version).toBe(2);
  });

  it('what it holds itself it may hand on, and take away', async () => {
    const { key: strong } = await system().issue({ product: 'gatewarden', scopes: ['keys:read', 'events:read'] });
    const { key: weak, token } = await system().issue({ product: 'gatewarden', scopes: ['keys:read', 'keys:write'] });
    const fewer = await system().call('PATCH', `${system().keysPath}/${strong.id}`, { token, body: { scopes: ['keys:read', 'keys:write'] } });
    expect(fewer.body.scopes).toEqual(['keys:read', 'keys:write']);
    expect((await rotate(weak.id, { token })).status).toBe(201);
  });

  it("a tenant's key carries no permission over the deployment, whoever issues it", async () => {
    const { keysPath } = await system().tenant();
    const body = { name: 'K', product: 'gatewarden', environment: 'live', scopes: ['keys:read', 'organizations:read'] };
    expectProblem(await system().call('POST', keysPath, { body }), 400, 'invalid_request', ['scopes[1]']);
  });
});
