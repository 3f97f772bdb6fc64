import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';

const system = useSystem();
let id = '';
let roles = '';
let boss: Person;

beforeAll(async () => {
  id = await system().operator.createOrganization();
  roles = `/organizations/${id}/roles`;
  boss = await system().join(id, 'superadmin');
});

const put = (name: string, permissions: readonly string[], token = boss.token) => system().call('PUT', `${roles}/${name}`, { token, body: { permissions } });

describe('a custom role', () => {
  it('is made, read, listed after the built-in ones, changed and removed, each an event', async () => {
    const made = await put('support', ['keys:read', 'events:read']);
    expect([made.status, made.body]).toEqual([201, { name: 'support', builtIn: false, permissions: ['events:read', 'keys:read'] }]);
    expect((await system().call('GET', `${roles}/support`, { token: boss.token })).body).toEqual(made.body);
    const listed = await system().call('GET', roles, { token: boss.token });
    expect(listed.body.items.map(({ name, builtIn }: Json) => [name, builtIn])).toEqual([['superadmin', true], ['admin', true], ['developer', true], ['viewer', true], ['support', false]]);
    const changed = await put('support', ['keys:read']);
    expect([changed.status, changed.body.permissions]).toEqual([200, ['keys:read']]);
    expect((await system().call('DELETE', `${roles}/support`, { token: boss.token })).status).toBe(204);
    expectProblem(await system().call('GET', `${roles}/support`, { token: boss.token }), 404, 'not_found');
    expectProblem(await system().call('DELETE', `${roles}/support`, { token: boss.token }), 404, 'not_found');
    expect((await eventsOf(system().operator, id)).slice(-3).map(({ type, changes }) => [type, changes])).toEqual([
      ['role.created', [{ field: 'roles.support', from: null, to: ['events:read', 'keys:read'] }]],
      ['role.updated', [{ field: 'roles.support', from: ['events:read', 'keys:read'], to: ['keys:read'] }]],
      ['role.removed', [{ field: 'roles.support', from: ['keys:read'], to: null }]],
    ]);
  });

  it('that is put as it is writes nothing', async () => {
    await put('same', ['keys:read', 'events:read']);
    const before = await system().operator.snapshot();
    expect((await put('same', ['events:read', 'keys:read'])).status).toBe(200);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('is what its holders may do from the very next request on', async () => {
    await put('changing', ['keys:read']);
    const holder = await system().join(id, 'changing');
    const list = () => system().call('GET', `/organizations/${id}/keys`, { token: holder.token });
    expect((await list()).status).toBe(200);
    await put('changing', ['usage:read']);
    expectProblem(await list(), 403, 'missing_permission');
    await put('changing', ['usage:read', 'keys:read']);
    expect((await list()).status).toBe(200);
  });

  it('that somebody holds, or was invited to, stays', async () => {
    await put('held', ['keys:read']);
    const { body } = await system().call('POST', `/organizations/${id}/members`, { token: boss.token, body: { email: 'holder@example.com', role: 'held' } });
    expectProblem(await system().call('DELETE', `${roles}/held`, { token: boss.token }), 409, 'role_in_use');
    await system().call('PATCH', `/organizations/${id}/members/${body.id}`, { token: boss.token, body: { role: 'viewer' } });
    expect((await system().call('DELETE', `${roles}/held`, { token: boss.token })).status).toBe(204);
  });

  it('is never given and removed at once', async () => {
    for (let round = 0; round < 16; round += 1) {
      await put('racing', ['keys:read']);
      const email = `racer-${round}@example.com`;
      const [invited, removed] = await Promise.all([
        // A little later each time, so that the two meet somewhere.
        sleep(round).then(() => system().call('POST', `/organizations/${id}/members`, { token: boss.token, body: { email, role: 'racing' } })),
        system().call('DELETE', `${roles}/racing`, { token: boss.token }),
      ]);
      expect([invited.status, removed.status]).toEqual(invited.status === 201 ? [201, 409] : [400, 204]);
      if (invited.status === 201) await system().call('DELETE', `/organizations/${id}/members/${invited.body.id}`, { token: boss.token });
    }
  });

  it('in a record that is gone permits nothing, and does not pass for another', async () => {
    await put('fading', ['keys:read']);
    const holder = await system().join(id, 'fading');
    await system().operator.remove(`ROLES#${id}`, 'ROLE#fading');
    expect((await system().call('GET', '/whoami', { token: holder.token })).body).toMatchObject({ role: 'fading', permissions: [] });
  });
});

describe('nobody grants what they do not hold', () => {
  let steward: Person;
  beforeAll(async () => {
    await put('steward', ['roles:write', 'members:read', 'members:write', 'keys:read']);
    steward = await system().join(id, 'steward');
  });

  it('in a role that they define', async () => {
    expect(expectProblem(await put('shadow', ['keys:read', 'keys:write', 'organization:write'], steward.token), 403, 'scope_not_held').missing).toEqual(['keys:write', 'organization:write']);
    expect((await put('shadow', ['keys:read'], steward.token)).status).toBe(201);
  });

  it('in their own role', async () => {
    expectProblem(await put('steward', ['roles:write', 'members:read', 'members:write', 'keys:read', 'keys:write'], steward.token), 403, 'scope_not_held');
    expect((await system().call('GET', '/whoami', { token: steward.token })).body.permissions).toEqual(['keys:read', 'members:read', 'members:write', 'roles:write']);
  });

  it('nor cuts down, or removes, a role above theirs', async () => {
    await put('above', ['keys:write']);
    expectProblem(await put('above', ['keys:read'], steward.token), 403, 'scope_not_held');
    expectProblem(await system().call('DELETE', `${roles}/above`, { token: steward.token }), 403, 'scope_not_held');
  });

  it('in a key that they issue', async () => {
    await put('issuer', ['keys:write', 'keys:read']);
    const issuer = await system().join(id, 'issuer');
    const body = { name: 'K', product: 'gatewarden', environment: 'live', scopes: ['keys:read', 'members:write'] };
    expect(expectProblem(await system().call('POST', `/organizations/${id}/keys`, { token: issuer.token, body }), 403, 'scope_not_held').missing).toEqual(['members:write']);
    expect((await system().call('POST', `/organizations/${id}/keys`, { token: issuer.token, body: { ...body, scopes: ['keys:read'] } })).status).toBe(201);
  });

  it('outside the operator’s organization, over all organizations', async () => {
    expectProblem(await put('overlord', ['organizations:write']), 400, 'invalid_request', ['permissions[0]']);
    expectProblem(await system().call('PUT', `${roles}/overlord`, { body: { permissions: ['organizations:read'] } }), 400, 'invalid_request', ['permissions[0]']);
    const own = await system().call('PUT', `/organizations/${system().organizationId}/roles/auditor`, { body: { permissions: ['organizations:read', 'events:read'] } });
    expect(own.status).toBe(201);
  });
});

describe('a role', () => {
  it.each(['superadmin', 'admin', 'developer', 'viewer'])('%s is built in: neither changed nor removed', async (name) => {
    expectProblem(await put(name, ['usage:read']), 409, 'role_built_in');
    expectProblem(await system().call('DELETE', `${roles}/${name}`, { token: boss.token }), 409, 'role_built_in');
    expect((await system().call('GET', `${roles}/${name}`, { token: boss.token })).body).toMatchObject({ name, builtIn: true });
  });

  it.each([
    ['Support', ['usage:read'], ['name']],
    ['a_b', ['usage:read'], ['name']],
    ['%C3%BCber', ['usage:read'], ['name']],
    ['a%2Fb', ['usage:read'], ['name']],
    ['x'.repeat(41), ['usage:read'], ['name']],
    ['ok', ['keys:everything'], ['permissions[0]']],
    ['ok', ['usage:read', 'usage:read'], ['permissions']],
    ['ok', [7], ['permissions[0]']],
  ])('%s with %j is a 400, and is not made', async (name, permissions, paths) => {
    const before = await system().operator.snapshot();
    expectProblem(await put(name, permissions as string[]), 400, 'invalid_request', paths);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('of one organization is nothing in another', async () => {
    const other = await system().operator.createOrganization();
    await put('local', ['keys:read']);
    expectProblem(await system().call('GET', `/organizations/${other}/roles/local`), 404, 'not_found');
    expectProblem(await system().call('POST', `/organizations/${other}/members`, { body: { email: 'q@example.com', role: 'local' } }), 400, 'invalid_request', ['role']);
  });
});
