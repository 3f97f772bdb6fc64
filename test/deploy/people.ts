import assert from 'node:assert/strict';
import * as z from 'zod';
import { expectRefusals, loggedRefusals, logGroupOf } from './authorizerLog.ts';
import { expectProblem, expectStatus } from './expectations.ts';
import type { Answer, Call } from './http.ts';
import type { SignInIssuer } from './issuer.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import { asMember } from './tenant.ts';
import type { Tenant } from './tenant.ts';

const memberShape = z.object({ id: z.string(), email: z.string(), role: z.string(), status: z.string(), hasPin: z.boolean() });
const whoamiShape = z.object({ principal: z.object({ type: z.string(), id: z.string() }), organization: z.object({ id: z.string() }), role: z.string() });

type Member = z.infer<typeof memberShape>;

/** What a part about people works with. */
export interface Setting {
  readonly system: System;
  readonly tenant: Tenant;
  readonly issuer: SignInIssuer;
}

/** Someone who was invited and signed in. */
export interface Person {
  readonly id: string;
  readonly email: string;
  ask(options: Call): Promise<Answer>;
}

/** Members of the tenant: how they come in, what their role lets them do, and how they go. Answers its superadmin. */
export async function people(setting: Setting, report: Report): Promise<Person> {
  const boss = await comingIn(setting, report);
  await roles(setting, boss, report);
  return boss;
}

async function comingIn({ system, tenant, issuer }: Setting, report: Report): Promise<Person> {
  const { operator, manage } = system;
  const member = async (id: string) => memberShape.parse((await manage({ path: tenant.path(`/members/${id}`) })).body);
  const invited = await report.step('the root key invites the first superadmin', async () => {
    const invited = await invite(manage, tenant, 'Ada@Example.com', 'superadmin');
    assert.deepEqual([invited.email, invited.status], ['ada@example.com', 'invited']);
    return invited;
  });
  await report.check('who was not invited is a 403, which the log names', async () => {
    const group = await logGroupOf(operator, 'ManagementAuthorizer');
    const since = (await loggedRefusals(operator, group)).length;
    const ask = asMember(system, await issuer.accessToken('eve@example.com'));
    expectStatus(await ask({ path: '/whoami' }), 403);
    await expectRefusals(operator, { group, since, expected: [{ code: 'not_a_member', keyId: null }] });
  });
  const ask = asMember(system, await issuer.accessToken('ada@example.com'));
  await report.step('the first request of whoever was invited binds them, and says who they are', async () => {
    const answer = await ask({ path: '/whoami' });
    expectStatus(answer, 200);
    const { principal, organization, role } = whoamiShape.parse(answer.body);
    assert.deepEqual({ principal, organization: organization.id, role }, { principal: { type: 'member', id: invited.id }, organization: tenant.id, role: 'superadmin' });
    assert.equal((await member(invited.id)).status, 'active');
  });
  await report.check('a token whose content was changed, and an ID token in its place, are a 401', async () => {
    const [header = '', payload = '', signature = ''] = (await issuer.accessToken('ada@example.com')).split('.');
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')), exp: 9_999_999_999 };
    const changed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    for (const token of [changed, await issuer.idToken('ada@example.com')]) {
      expectProblem(await asMember(system, token)({ path: '/whoami' }), 401, 'unauthorized');
    }
  });
  return { id: invited.id, email: invited.email, ask };
}

async function roles({ system, tenant, issuer }: Setting, boss: Person, report: Report): Promise<void> {
  const viewer = await report.step('a superadmin invites a viewer, who signs in', async () => {
    const { id } = await invite(boss.ask, tenant, 'vic@example.com', 'viewer');
    return { id, ask: asMember(system, await issuer.accessToken('vic@example.com')) };
  });
  const readKeys: Call = { path: tenant.path('/keys') };
  const readEvents: Call = { path: tenant.path('/events') };
  await report.check('the viewer reads the record and is refused the keys; the superadmin has both', async () => {
    expectStatus(await viewer.ask(readEvents), 200);
    expectProblem(await viewer.ask(readKeys), 403, 'missing_permission');
    for (const read of [readEvents, readKeys]) expectStatus(await boss.ask(read), 200);
  });
  await report.check('a superadmin cannot do what is the operator’s', async () => {
    expectProblem(await boss.ask({ path: '/organizations' }), 403, 'missing_permission');
    expectProblem(await boss.ask({ method: 'PATCH', path: tenant.path(''), body: { plan: 'enterprise' } }), 403, 'missing_permission');
  });
  await report.check('a role of their own, and losing it, take effect on the next request', async () => {
    const role = { method: 'PUT', path: tenant.path('/roles/keeper') };
    expectStatus(await boss.ask({ ...role, body: { permissions: ['keys:read'] } }), 201);
    expectStatus(await boss.ask({ method: 'PATCH', path: tenant.path(`/members/${viewer.id}`), body: { role: 'keeper' } }), 200);
    expectStatus(await viewer.ask(readKeys), 200);
    expectProblem(await viewer.ask(readEvents), 403, 'missing_permission');
    expectStatus(await boss.ask({ ...role, body: { permissions: [] } }), 200);
    expectProblem(await viewer.ask(readKeys), 403, 'missing_permission');
  });
  await report.check('a removed member is refused on the very next request', async () => {
    expectStatus(await viewer.ask({ path: '/whoami' }), 200);
    expectStatus(await boss.ask({ method: 'DELETE', path: tenant.path(`/members/${viewer.id}`) }), 204);
    expectStatus(await viewer.ask({ path: '/whoami' }), 403);
  });
  await report.check('the last superadmin has to stay', async () => {
    expectProblem(await boss.ask({ method: 'DELETE', path: tenant.path(`/members/${boss.id}`) }), 409, 'last_superadmin');
  });
}

async function invite(ask: (options: Call) => Promise<Answer>, tenant: Tenant, email: string, role: string): Promise<Member> {
  const answer = await ask({ method: 'POST', path: tenant.path('/members'), body: { email, role } });
  expectStatus(answer, 201);
  return memberShape.parse(answer.body);
}
