import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, faultsOfChain } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
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

describe('an invited person', () => {
  it('becomes a member at their first sign-in, and is the same one at the next', async () => {
    const invited = await invite({ email: 'Ada@Example.com', name: 'Ada', role: 'viewer' });
    expect(invited.status).toBe(201);
    expect(invited.body).toEqual({
      id: expect.stringMatching(/^mem_[0-9A-Za-z]{12}$/),
      organizationId: id,
      email: 'ada@example.com',
      name: 'Ada',
      role: 'viewer',
      status: 'invited',
      hasPin: false,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      version: 1,
    });
    expect([invited.headers.get('location'), invited.headers.get('etag')]).toEqual([`/v1${members}/${invited.body.id}`, '"1"']);
    for (const spelled of ['ada@example.com', 'ADA@EXAMPLE.COM']) {
      expect((await whoami(await system().signIn(spelled))).body).toEqual({
        principal: { type: 'member', id: invited.body.id, name: 'Ada' },
        organization: { id, name: 'Acme', status: 'approved', isOperator: false },
        role: 'viewer',
        permissions: ['events:read', 'usage:read'],
      });
    }
    expect((await system().call('GET', `${members}/${invited.body.id}`, { token: boss.token })).body).toMatchObject({ status: 'active', version: 2 });
    const events = (await eventsOf(system().operator, id)).slice(-2);
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([
      ['member.invited', { type: 'member', id: boss.memberId, name: boss.email }],
      ['member.joined', { type: 'member', id: invited.body.id, name: 'Ada' }],
    ]);
    expect(events[1].changes).toEqual([
      { field: 'memberId', from: invited.body.id, to: invited.body.id },
      { field: 'status', from: 'invited', to: 'active' },
    ]);
  });

  it('is bound once, by however many first requests at once', async () => {
    const { body } = await invite({ email: 'many@example.com', role: 'viewer' });
    const token = await system().signIn('many@example.com');
    const answers = await Promise.all(Array.from({ length: 8 }, () => whoami(token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200, 200]);
    const joined = (await eventsOf(system().operator, id)).filter(({ type, actor }) => type === 'member.joined' && actor.id === body.id);
    expect(joined).toHaveLength(1);
  });

  it('may belong to several organizations, and is in each whoever they are there', async () => {
    const second = await system().operator.createOrganization();
    await system().join(second, 'superadmin', 'both@example.com');
    await invite({ email: 'both@example.com', role: 'developer' });
    const token = await system().signIn('both@example.com');
    expect((await system().call('GET', `/organizations/${second}`, { token })).status).toBe(200);
    expectProblem(await system().call('GET', `/organizations/${id}/members`, { token }), 403, 'missing_permission');
    expect((await system().call('GET', `/organizations/${second}/members`, { token })).status).toBe(200);
  });
});

describe('an invitation', () => {
  it('of an address that is a member already is refused, in whatever case it is written', async () => {
    await invite({ email: 'twice@example.com', role: 'viewer' });
    const before = await system().operator.snapshot();
    expectProblem(await invite({ email: 'Twice@Example.COM', role: 'developer' }), 409, 'member_exists');
    expectProblem(await invite({ email: boss.email.toUpperCase(), role: 'viewer' }), 409, 'member_exists');
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('of one address by ten at once makes one member', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => invite({ email: 'rush@example.com', role: 'viewer' })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) expect([status, body.code]).toEqual([409, 'member_exists']);
    expect(await faultsOfChain(system().operator, id)).toEqual([]);
  });

  it.each([
    [{ email: 'new@example.com', role: 'ghost' }, ['role']],
    [{ email: 'new@example.com', role: 'Viewer' }, ['role']],
    [{ email: 'new@example.com', role: '__proto__' }, ['role']],
    [{ email: 'new', role: 'viewer' }, ['email']],
    [{ email: 'new@example.com' }, ['role']],
    [{ email: 'new@example.com', role: 'viewer', status: 'active' }, ['status']],
    [{ email: 'new@example.com', role: 'viewer', name: 'a\u0007b' }, ['name']],
  ])('of %j is a 400, and invites nobody', async (body, paths) => {
    const before = await system().operator.snapshot();
    expectProblem(await invite(body), 400, 'invalid_request', paths);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('into a role that holds more than one’s own is refused', async () => {
    await system().call('PUT', `/organizations/${id}/roles/recruiter`, { token: boss.token, body: { permissions: ['members:read', 'members:write', 'usage:read'] } });
    const recruiter = await system().join(id, 'recruiter');
    for (const role of ['superadmin', 'admin', 'viewer']) expectProblem(await invite({ email: 'x@example.com', role }, recruiter.token), 403, 'scope_not_held');
    expect((await invite({ email: 'x@example.com', role: 'developer' }, recruiter.token)).status).toBe(201);
    expect((await invite({ email: 'y@example.com', role: 'recruiter' }, recruiter.token)).status).toBe(201);
  });
});

describe('whoever signs in and was not invited', () => {
  it('is told so, and sees nothing', async () => {
    const token = await system().signIn('stranger@example.com');
    expectProblem(await whoami(token), 403, 'not_a_member');
    expectProblem(await system().call('GET', members, { token }), 403, 'not_a_member');
  });
});

describe('a record that leads to somebody else', () => {
  it('opens nothing: whose a membership is, the member says', async () => {
    const person = await system().join(id, 'viewer');
    const { subject } = (await system().operator.get(`MEMBER#${person.memberId}`, 'MEMBER')) ?? {};
    await system().operator.put({ pk: `SUBJECT#${String(subject)}`, sk: `ORG#${id}`, memberId: boss.memberId, organizationId: id });
    expectProblem(await whoami(person.token), 403, 'not_a_member');
    await system().operator.put({ pk: `SUBJECT#${String(subject)}`, sk: `ORG#${id}`, memberId: person.memberId, organizationId: id });
    expect((await whoami(person.token)).body.principal.id).toBe(person.memberId);
  });
});

describe('a change of a role', () => {
  it('holds from the very next request on, up and down', async () => {
    const person = await system().join(id, 'developer');
    const path = `${members}/${person.memberId}`;
    const list = () => system().call('GET', `/organizations/${id}/keys`, { token: person.token });
    expectProblem(await list(), 403, 'missing_permission');
    expect((await system().call('PATCH', path, { token: boss.token, body: { role: 'admin' } })).body).toMatchObject({ role: 'admin', version: 3 });
    expect((await list()).status).toBe(200);
    await system().call('PATCH', path, { token: boss.token, body: { role: 'viewer' }, headers: { 'If-Match': '"3"' } });
    expectProblem(await list(), 403, 'missing_permission');
    expect((await eventsOf(system().operator, id)).at(-1)).toMatchObject({ type: 'member.updated', changes: [{ field: 'memberId', from: person.memberId, to: person.memberId }, { field: 'role', from: 'admin', to: 'viewer' }] });
  });

  it('by a version that is not the last is refused; one that changes nothing writes nothing', async () => {
    const person = await system().join(id, 'developer');
    const path = `${members}/${person.memberId}`;
    expectProblem(await system().call('PATCH', path, { token: boss.token, body: { role: 'viewer' }, headers: { 'If-Match': '"1"' } }), 412, 'version_mismatch');
    const before = await system().operator.snapshot();
    expect((await system().call('PATCH', path, { token: boss.token, body: { role: 'developer' } })).body.version).toBe(2);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('to one that the organization does not have is a 400', async () => {
    expectProblem(await system().call('PATCH', `${members}/${boss.memberId}`, { token: boss.token, body: { role: 'ghost' } }), 400, 'invalid_request', ['role']);
  });

  it('of oneself upwards is refused', async () => {
    await system().call('PUT', `/organizations/${id}/roles/clerk`, { token: boss.token, body: { permissions: ['members:read', 'members:write'] } });
    const clerk = await system().join(id, 'clerk');
    const path = `${members}/${clerk.memberId}`;
    expectProblem(await system().call('PATCH', path, { token: clerk.token, body: { role: 'superadmin' } }), 403, 'scope_not_held');
    expectProblem(await system().call('PATCH', `${members}/${boss.memberId}`, { token: clerk.token, body: { role: 'clerk' } }), 403, 'scope_not_held');
    expectProblem(await system().call('DELETE', `${members}/${boss.memberId}`, { token: clerk.token }), 403, 'scope_not_held');
    expectProblem(await system().call('DELETE', `${members}/${boss.memberId}/pin`, { token: clerk.token }), 403, 'scope_not_held');
  });
});

describe('members', () => {
  it('are listed oldest first, page by page, their organization’s alone', async () => {
    const organizationId = await system().operator.createOrganization();
    const made: string[] = [];
    for (const name of ['a', 'b', 'c']) made.push((await system().call('POST', `/organizations/${organizationId}/members`, { body: { email: `${name}@list.example.com`, role: 'viewer' } })).body.id);
    const path = `/organizations/${organizationId}/members`;
    const first = await system().call('GET', `${path}?limit=2`);
    expect(first.body.items.map((member: Json) => member.id)).toEqual(made.slice(0, 2));
    const rest = await system().call('GET', `${path}?limit=2&cursor=${first.body.nextCursor}`);
    expect([rest.body.items.map((member: Json) => member.id), rest.body.nextCursor]).toEqual([[made[2]], null]);
    expectProblem(await system().call('GET', `${members}?cursor=${first.body.nextCursor}`), 400, 'invalid_cursor');
    expect(JSON.stringify(first.body)).not.toContain('subject');
  });
});
