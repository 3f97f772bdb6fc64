import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';

const system = useSystem();
let id = '';
let members = '';
let boss: Person;

beforeAll(async () => {
  id = await system().operator.createOrganization();
  members = `/organizations/${id}/members`;
  boss = await system().join(id, 'superadmin');
});

const invite = (body: object, token = boss.token) => system().call('POST', members, { token, body });
const whoami = (token: string) => system().call('GET', '/whoami', { token });

describe('a removed member', () => {
  it('is refused on the very next request, though their sign-in is good for long', async () => {
    const person = await system().join(id, 'admin');
    expect((await whoami(person.token)).status).toBe(200);
    const removed = await system().call('DELETE', `${members}/${person.memberId}`, { token: boss.token });
    expect([removed.status, removed.body]).toEqual([204, null]);
    expectProblem(await whoami(person.token), 403, 'not_a_member');
    expectProblem(await system().call('GET', `/organizations/${id}/keys`, { token: person.token }), 403, 'not_a_member');
    expectProblem(await system().call('GET', `${members}/${person.memberId}`, { token: boss.token }), 404, 'not_found');
    expect((await eventsOf(system().operator, id)).at(-1)).toMatchObject({
      type: 'member.removed',
      changes: [{ field: 'memberId', from: person.memberId, to: null }, { field: 'email', from: person.email, to: null }, { field: 'role', from: 'admin', to: null }, { field: 'status', from: 'active', to: null }],
    });
  });

  it('who is invited again is a new one, with the new role and no PIN', async () => {
    const person = await system().join(id, 'admin');
    await system().call('PUT', `/organizations/${id}/me/pin`, { token: person.token, body: { pin: '493027' } });
    await system().call('DELETE', `${members}/${person.memberId}`, { token: boss.token });
    expect(await system().operator.get(`PIN#${person.memberId}`, 'PIN')).toBeUndefined();
    const again = await invite({ email: person.email, role: 'viewer' });
    expect(again.body.id).not.toBe(person.memberId);
    expect((await whoami(person.token)).body).toMatchObject({ principal: { id: again.body.id }, role: 'viewer' });
  });

  it('who never signed in cannot do so any more', async () => {
    const { body } = await invite({ email: 'late@example.com', role: 'viewer' });
    await system().call('DELETE', `${members}/${body.id}`, { token: boss.token });
    expectProblem(await whoami(await system().signIn('late@example.com')), 403, 'not_a_member');
  });

  it('leaves the keys that they made: those are the organization’s', async () => {
    const person = await system().join(id, 'admin');
    const issued = await system().call('POST', `/organizations/${id}/keys`, { token: person.token, body: { name: 'K', product: 'orders', environment: 'live', scopes: ['orders:read'] } });
    await system().call('DELETE', `${members}/${person.memberId}`, { token: boss.token });
    expect((await system().example(issued.body.token)).status).toBe(200);
    expect(issued.body.key.createdBy).toEqual({ type: 'member', id: person.memberId, name: person.email });
  });
});
