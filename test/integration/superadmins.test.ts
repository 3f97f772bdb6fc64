import { describe, expect, it } from 'vitest';
import { faultsOfChain } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';

const system = useSystem();

describe('the last superadmin', () => {
  async function organizationWith(count: number) {
    const organizationId = await system().operator.createOrganization();
    const people: Person[] = [];
    for (let joined = 0; joined < count; joined += 1) people.push(await system().join(organizationId, 'superadmin'));
    const path = (person: Person | undefined) => `/organizations/${organizationId}/members/${person?.memberId}`;
    return { organizationId, people, path };
  }

  it('can be neither removed nor demoted, not even by the operator', async () => {
    const { people, path } = await organizationWith(1);
    const token = people[0]?.token ?? '';
    const before = await system().operator.snapshot();
    for (const by of [token, system().rootToken]) {
      expectProblem(await system().call('DELETE', path(people[0]), { token: by }), 409, 'last_superadmin');
      expectProblem(await system().call('PATCH', path(people[0]), { token: by, body: { role: 'admin' } }), 409, 'last_superadmin');
    }
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('is one who has signed in: an invitation does not stand in for them', async () => {
    const { organizationId, people, path } = await organizationWith(1);
    const token = people[0]?.token ?? '';
    await system().call('POST', `/organizations/${organizationId}/members`, { token, body: { email: 'heir@example.com', role: 'superadmin' } });
    expectProblem(await system().call('DELETE', path(people[0]), { token }), 409, 'last_superadmin');
    const heir = await system().signIn('heir@example.com');
    expect((await system().call('GET', `/organizations/${organizationId}`, { token: heir })).status).toBe(200);
    expect((await system().call('DELETE', path(people[0]), { token })).status).toBe(204);
  });

  it.each(['removed', 'demoted'])('stays when two are %s by each other at once', async (how) => {
    const { people, path } = await organizationWith(2);
    const [first, second] = people;
    const attempt = (by: Person | undefined, whom: Person | undefined) =>
      how === 'removed'
        ? system().call('DELETE', path(whom), { token: by?.token ?? '' })
        : system().call('PATCH', path(whom), { token: by?.token ?? '', body: { role: 'viewer' } });
    const answers = await Promise.all([attempt(first, second), attempt(second, first)]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    const refusal = answers.find(({ status }) => status >= 300)?.body.code;
    expect(['last_superadmin', 'not_a_member', 'missing_permission', 'scope_not_held']).toContain(refusal);
    const { organizationId } = first ?? { organizationId: '' };
    const { body } = await system().call('GET', `/organizations/${organizationId}/members`);
    expect(body.items.filter(({ role }: Json) => role === 'superadmin')).toHaveLength(1);
  });

  it('stays when the operator takes the role from all of five at once', async () => {
    const { organizationId, people, path } = await organizationWith(5);
    const answers = await Promise.all(people.map((person, index) => (index % 2 === 0 ? system().call('DELETE', path(person)) : system().call('PATCH', path(person), { body: { role: 'admin' } }))));
    expect(answers.filter(({ body }) => body?.code === 'last_superadmin')).toHaveLength(1);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(4);
    expect(await faultsOfChain(system().operator, organizationId)).toEqual([]);
  });
});
