import assert from 'node:assert/strict';
import * as z from 'zod';
import { expectProblem, expectStatus, withoutInstance } from './expectations.ts';
import type { Answer, Call } from './http.ts';
import type { Person, Setting } from './people.ts';
import type { Report } from './report.ts';

const orderShape = z.object({ orderId: z.string() });
const pageOfIds = z.object({ items: z.array(z.object({ id: z.string() })) });

/** What is another organization's does not exist: on the management API, and in the example. */
export async function strangers({ system, tenant }: Setting, boss: Person, report: Report): Promise<void> {
  const own = await report.step('the first organization has a key, a member and an order', async () => {
    const { key, token } = await system.issue({ name: 'Of the first' });
    const invitation = { email: 'root@example.com', role: 'viewer' };
    const first = `/organizations/${system.organizationId}`;
    const invited = await system.manage({ method: 'POST', path: `${first}/members`, body: invitation });
    expectStatus(invited, 201);
    const placed = await system.order(token, { method: 'POST', body: { item: 'Lamp', quantity: 1 } });
    expectStatus(placed, 201);
    return { keyId: key.id, memberId: z.object({ id: z.string() }).parse(invited.body).id, orderId: orderShape.parse(placed.body).orderId, token };
  });
  const manager = await report.step('the tenant has a management key', async () => {
    const scopes = ['keys:read', 'keys:write', 'keys:revoke', 'keys:verify', 'members:read', 'members:write', 'events:read', 'organization:read'];
    const body = { name: 'Automation', product: 'gatewarden', environment: 'live', scopes };
    return system.remember(await system.manage({ method: 'POST', path: tenant.path('/keys'), body })).token;
  });
  const callers: [string, (options: Call) => Promise<Answer>][] = [
    ['a superadmin', boss.ask],
    ['a management key', (options) => system.manage({ ...options, headers: { 'x-api-key': manager } })],
  ];
  for (const [who, ask] of callers) {
    await report.check(`to ${who} of the tenant, each thing of the first organization is the 404 of one that never was`, async () => {
      for (const [at, { named, unknown }] of foreign(system.organizationId, tenant.path(''), own).entries()) {
        const [answer, never] = [await ask(named), await ask(unknown)];
        expectProblem(answer, 404, 'not_found');
        assert.deepEqual(withoutInstance(answer), withoutInstance(never), `path ${at}`);
      }
    });
  }
  await report.check("the tenant's lists hold nothing of the first organization", async () => {
    const { items } = pageOfIds.parse((await boss.ask({ path: tenant.path('/keys?limit=100') })).body);
    assert.ok(items.length >= 3 && items.every(({ id }) => id !== own.keyId));
  });
  await report.check('another organization’s token verifies as unknown', async () => {
    const answer = await system.manage({ method: 'POST', path: '/keys/verify', body: { token: own.token }, headers: { 'x-api-key': manager } });
    assert.deepEqual(answer.body, { valid: false, code: 'unknown_key' });
  });
  await report.check('another organization’s order is the 404 of one that was never placed', async () => {
    const ask = (orderId: string) => system.order(tenant.key.token, { path: `/orders/${orderId}` });
    const [theirs, never] = [await ask(own.orderId), await ask(`ord_${'0'.repeat(32)}`)];
    expectProblem(theirs, 404, 'not_found');
    assert.deepEqual(withoutInstance(theirs), withoutInstance(never));
    expectStatus(await system.order(own.token, { path: `/orders/${own.orderId}` }), 200);
  });
}

interface Pair {
  readonly named: Call;
  /** The same, of what never was. */
  readonly unknown: Call;
}

/** Requests for things of the first organization: under its own path, and under the tenant's. */
function foreign(organizationId: string, ownPath: string, { keyId, memberId }: { keyId: string; memberId: string }): readonly Pair[] {
  const theirs = `/organizations/${organizationId}`;
  const nobodys = '/organizations/org_000000000000';
  const paths: [string, string][] = [
    [theirs, nobodys],
    [`${theirs}/keys`, `${nobodys}/keys`],
    [`${theirs}/events`, `${nobodys}/events`],
    [`${theirs}/members`, `${nobodys}/members`],
    [`${theirs}/keys/${keyId}`, `${nobodys}/keys/key_000000000000`],
    [`${ownPath}/keys/${keyId}`, `${ownPath}/keys/key_000000000000`],
    [`${ownPath}/keys/${keyId}/events`, `${ownPath}/keys/key_000000000000/events`],
    [`${ownPath}/members/${memberId}`, `${ownPath}/members/mem_000000000000`],
  ];
  const revoke = (path: string): Call => ({ method: 'POST', path: `${path}/revoke`, body: { reason: 'other' } });
  return [
    ...paths.map(([named, unknown]) => ({ named: { path: named }, unknown: { path: unknown } })),
    { named: revoke(`${ownPath}/keys/${keyId}`), unknown: revoke(`${ownPath}/keys/key_000000000000`) },
    {
      named: { method: 'DELETE', path: `${ownPath}/members/${memberId}` },
      unknown: { method: 'DELETE', path: `${ownPath}/members/mem_000000000000` },
    },
  ];
}
