import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { call } from './http.ts';
import { expectProblem, expectStatus } from './expectations.ts';
import type { Report } from './report.ts';
import { asKey, asPage } from './system.ts';
import type { Issued, System } from './system.ts';

const openapiShape = z.object({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });
const whoamiShape = z.object({ principal: z.object({ type: z.string() }), organization: z.object({ id: z.string() }), permissions: z.array(z.string()) });
const callerShape = z.object({ organizationId: z.string(), keyId: z.string(), product: z.string(), environment: z.string(), scopes: z.array(z.string()) });
const orderShape = z.object({ orderId: z.string() });
const verificationShape = z.object({ valid: z.boolean(), code: z.string().nullable() });

/** The main job: issue a key, call a protected API with it, revoke it. */
export async function mainJob(system: System, report: Report): Promise<void> {
  await report.part('The management API knows its root key', () => rootKey(system, report));
  await report.part('A key, from its issue to its revocation', () => lifeOfAKey(system, report));
  await report.part('Revocation against a stream of calls', () => revocationUnderLoad(system, report));
}

async function rootKey({ management, manage, rootToken, organizationId }: System, report: Report): Promise<void> {
  await report.check('the OpenAPI document is public and lists the routes of keys', async () => {
    const answer = await call(management, { path: '/openapi.json' });
    expectStatus(answer, 200);
    const { openapi, paths } = openapiShape.parse(answer.body);
    assert.match(openapi, /^3\.1\./);
    assert.ok(paths['/organizations/{organizationId}/keys'], 'The path of keys is missing.');
  });
  const credentials: [string, Record<string, string>][] = [
    ['X-API-Key', { 'X-API-Key': rootToken }],
    ['Authorization: x-api-key', { Authorization: `x-api-key ${rootToken}` }],
    ['Authorization: Bearer', { Authorization: `Bearer ${rootToken}` }],
  ];
  for (const [way, headers] of credentials) {
    await report.check(`whoami names the organization of the root token, sent as ${way}`, async () => {
      const answer = await call(management, { path: '/whoami', headers });
      expectStatus(answer, 200);
      const { principal, organization, permissions } = whoamiShape.parse(answer.body);
      assert.equal(principal.type, 'management_key');
      assert.equal(organization.id, organizationId);
      assert.ok(permissions.includes('keys:write'), `The permissions are ${permissions.join(', ')}.`);
    });
  }
  await report.check('the catalog holds the products of the configuration', async () => {
    const answer = await manage({ path: '/catalog' });
    expectStatus(answer, 200);
    assert.match(answer.text, /"orders:read"/);
  });
}

async function lifeOfAKey(system: System, report: Report): Promise<void> {
  const issued = await report.step('an issued key is answered with its token', async () => {
    const answer = await system.issue({ name: 'Main job', tags: { team: 'deploy' } });
    assert.match(answer.token, /^gw_live_[0-9A-Za-z]{50}$/);
    assert.equal(answer.key.status, 'active');
    return answer;
  });
  await readBack(system, report, issued);
  await callExample(system, report, issued);
  await change(system, report, issued);
  await revokeForGood(system, report, issued);
}

async function readBack({ manage, keysPath }: System, report: Report, { key, token }: Issued): Promise<void> {
  await report.check('the key can be read, without its token', async () => {
    const answer = await manage({ path: keysPath(key.id) });
    expectStatus(answer, 200);
    assert.ok(!answer.text.includes(token), 'The answer holds the token.');
    assert.equal(asKey(answer).maskedToken, `${token.slice(0, 12)}…${token.slice(-4)}`);
  });
  await report.check('the key is found in the list by its tag', async () => {
    const { items } = asPage(await manage({ path: `${keysPath()}?tag=team:deploy` }));
    assert.deepEqual(items.map(({ id }) => id), [key.id]);
  });
  await report.check('the list pages by its cursor', async () => {
    const first = asPage(await manage({ path: `${keysPath()}?limit=1` }));
    assert.equal(first.items.length, 1);
    assert.ok(first.nextCursor, 'There is no cursor, although there are two keys.');
    const second = asPage(await manage({ path: `${keysPath()}?limit=1&cursor=${encodeURIComponent(first.nextCursor)}` }));
    assert.notEqual(second.items[0]?.id, first.items[0]?.id);
  });
  await report.check('POST /keys/verify finds the token valid', async () => {
    const answer = await manage({ method: 'POST', path: '/keys/verify', body: { token, product: 'orders', scopes: ['orders:read'] } });
    expectStatus(answer, 200);
    assert.deepEqual(verificationShape.parse(answer.body), { valid: true, code: null });
  });
}

async function callExample({ orders, order, organizationId }: System, report: Report, { key, token }: Issued): Promise<void> {
  const credentials: [string, Record<string, string>][] = [
    ['X-API-Key', { 'X-API-Key': token }],
    ['Authorization: x-api-key', { authorization: `x-api-key ${token}` }],
    ['Authorization: Bearer', { AUTHORIZATION: `Bearer ${token}` }],
  ];
  for (const [way, headers] of credentials) {
    await report.check(`the example lets the key in, sent as ${way}`, async () => {
      expectStatus(await call(orders, { path: '/orders', headers }), 200);
    });
  }
  await report.check('the example knows whose key it is', async () => {
    const answer = await order(token, { path: '/whoami' });
    expectStatus(answer, 200);
    assert.deepEqual(callerShape.parse(answer.body), {
      organizationId,
      keyId: key.id,
      product: 'orders',
      environment: 'live',
      scopes: ['orders:read', 'orders:write'],
    });
  });
  await report.check('an order that was placed can be read and is listed', async () => {
    const placed = await order(token, { method: 'POST', body: { item: 'Lamp', quantity: 2 } });
    expectStatus(placed, 201);
    const { orderId } = orderShape.parse(placed.body);
    expectStatus(await order(token, { path: `/orders/${orderId}` }), 200);
    assert.match((await order(token)).text, new RegExp(orderId));
  });
}

async function change({ manage, order, keysPath }: System, report: Report, { key, token }: Issued): Promise<void> {
  const patch = (body: unknown, headers: Record<string, string> = {}) => manage({ method: 'PATCH', path: keysPath(key.id), body, headers });

  await report.check('a scope that was removed is missing on the very next request', async () => {
    const answer = await patch({ scopes: ['orders:read'] }, { 'if-match': '"1"' });
    expectStatus(answer, 200);
    assert.equal(asKey(answer).version, 2);
    expectStatus(await order(token, { method: 'POST', body: { item: 'Lamp', quantity: 1 } }), 403);
    expectStatus(await order(token), 200);
  });
  await report.check('a deactivated key is refused on the very next request, and an activated one let in', async () => {
    assert.equal(asKey(await patch({ active: false })).status, 'inactive');
    expectProblem(await order(token), 401, 'unauthorized');
    assert.equal(asKey(await patch({ active: true })).status, 'active');
    expectStatus(await order(token), 200);
  });
}

async function revokeForGood({ revoke, manage, order, keysPath }: System, report: Report, { key, token }: Issued): Promise<void> {
  await report.check('a revoked key is refused on the very next request', async () => {
    const answer = await revoke(key.id);
    expectStatus(answer, 200);
    assert.equal(asKey(answer).status, 'revoked');
    const refused = await order(token);
    expectProblem(refused, 401, 'unauthorized');
    assert.equal(refused.headers['www-authenticate'], 'ApiKey realm="gatewarden"');
  });
  await report.check('revoking again changes nothing', async () => {
    const before = asKey(await manage({ path: keysPath(key.id) }));
    const again = await revoke(key.id);
    expectStatus(again, 200);
    assert.equal(asKey(again).version, before.version);
  });
}

const callers = 4;
const callsBefore = 20;
const callsAfter = 10;

async function revocationUnderLoad(system: System, report: Report): Promise<void> {
  const { key, token } = await report.step('a key is issued', () => system.issue({ name: 'Under load' }));
  await report.check('no call that starts after the revocation has answered gets through', async () => {
    const calls: { startMs: number; status: number }[] = [];
    let revokedAtMs = Number.POSITIVE_INFINITY;
    const before = () => calls.filter(({ startMs }) => startMs < revokedAtMs);
    const after = () => calls.filter(({ startMs }) => startMs >= revokedAtMs);
    const deadlineMs = performance.now() + 60_000;

    const caller = async (): Promise<void> => {
      while (after().length < callsAfter && performance.now() < deadlineMs) {
        const startMs = performance.now();
        const { status } = await system.order(token);
        calls.push({ startMs, status });
      }
    };
    const revoker = async (): Promise<void> => {
      while (calls.length < callsBefore && performance.now() < deadlineMs) await sleep(20);
      expectStatus(await system.revoke(key.id), 200);
      revokedAtMs = performance.now();
    };
    await Promise.all([revoker(), ...Array.from({ length: callers }, caller)]);

    assert.ok(before().filter(({ status }) => status === 200).length >= callsBefore, 'Calls were refused before the revocation.');
    assert.ok(after().length >= callsAfter, `Only ${after().length} calls ran after the revocation.`);
    assert.deepEqual([...new Set(after().map(({ status }) => status))], [401]);
  });
}
