import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';

const system = useSystem();

async function create(fields: object = {}): Promise<Json> {
  const response = await system().call('POST', '/organizations', { body: { name: 'Acme', plan: 'team', products: ['orders'], status: 'approved', ...fields } });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body;
}

const patch = (id: string, body: object, options: object = {}) => system().call('PATCH', `/organizations/${id}`, { body, ...options });

describe('a suspended organization', () => {
  let id = '';
  let token = '';
  let management = '';
  let superadmin: Person;

  beforeAll(async () => {
    ({ id } = await create());
    ({ token } = await system().issue({}, `/organizations/${id}/keys`));
    ({ token: management } = await system().issue({ product: 'gatewarden', scopes: ['keys:read', 'events:read'] }, `/organizations/${id}/keys`));
    superadmin = await system().join(id, 'superadmin');
  });

  it('has all its keys refused within ten seconds, and let through within ten again once it is approved', async () => {
    expect((await system().example(token)).status).toBe(200);
    expect((await system().call('GET', `/organizations/${id}/keys`, { token: management })).status).toBe(200);
    await patch(id, { status: 'suspended' });
    system().platform.clock.advance(10_000);
    expectProblem(await system().example(token), 403, 'organization_suspended');
    expectProblem(await system().call('GET', `/organizations/${id}/keys`, { token: management }), 403, 'organization_suspended');
    expect((await system().call('POST', '/keys/verify', { body: { token } })).body).toMatchObject({ valid: false, code: 'organization_suspended' });
    await patch(id, { status: 'approved' });
    system().platform.clock.advance(10_000);
    expect((await system().example(token)).status).toBe(200);
    expect((await system().call('GET', `/organizations/${id}/keys`, { token: management })).status).toBe(200);
  });

  it('lets its members sign in and read, at once', async () => {
    await patch(id, { status: 'suspended' });
    const signedIn = await system().signIn(superadmin.email);
    expect((await system().call('GET', '/whoami', { token: signedIn })).body.organization).toMatchObject({ id, status: 'suspended' });
    for (const path of ['', '/keys', '/members', '/roles', '/events', '/events/checkpoints']) {
      expect((await system().call('GET', `/organizations/${id}${path}`, { token: signedIn })).status, path).toBe(200);
    }
    await patch(id, { status: 'approved' });
  });

  it('lets them write nothing, while the operator still can', async () => {
    const { key } = await system().issue({}, `/organizations/${id}/keys`);
    await patch(id, { status: 'suspended' });
    const before = await system().operator.snapshot();
    const inside = `/organizations/${id}`;
    const tried: [string, string, object | undefined][] = [
      ['PATCH', inside, { policy: { requirePin: true } }],
      ['POST', `${inside}/keys`, { name: 'K', product: 'orders', environment: 'live', scopes: [] }],
      ['PATCH', `${inside}/keys/${key.id}`, { name: 'New' }],
      ['POST', `${inside}/keys/${key.id}/rotate`, undefined],
      ['POST', `${inside}/keys/${key.id}/revoke`, { reason: 'retired' }],
      ['POST', '/keys/verify', { token: 'x' }],
      ['POST', `${inside}/members`, { email: 'new@example.com', role: 'viewer' }],
      ['PATCH', `${inside}/members/${superadmin.memberId}`, { name: 'Me' }],
      ['DELETE', `${inside}/members/${superadmin.memberId}`, undefined],
      ['DELETE', `${inside}/members/${superadmin.memberId}/pin`, undefined],
      ['PUT', `${inside}/roles/support`, { permissions: [] }],
      ['DELETE', `${inside}/roles/support`, undefined],
      ['PUT', `${inside}/me/pin`, { pin: '493027' }],
      ['POST', `${inside}/me/pin/verifications`, { pin: '493027' }],
    ];
    for (const [method, path, body] of tried) expectProblem(await system().call(method, path, { token: superadmin.token, body }), 403, 'organization_suspended');
    expect(await system().operator.snapshot()).toEqual(before);
    expectProblem(await system().call('POST', `${inside}/keys`, { body: { name: 'K', product: 'orders', environment: 'live', scopes: [] } }), 403, 'organization_suspended');
    expect((await system().call('POST', `${inside}/keys/${key.id}/revoke`, { body: { reason: 'compromised' } })).status).toBe(200);
    await patch(id, { status: 'approved' });
  });
});
