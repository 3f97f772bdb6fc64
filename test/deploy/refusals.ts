import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectRefusals, loggedRefusals, logGroupOf } from './authorizerLog.ts';
import { expectProblem, expectProblemStatus, expectStatus, withoutInstance } from './expectations.ts';
import { forgeToken, randomText } from './forge.ts';
import { call } from './http.ts';
import type { Answer, Call } from './http.ts';
import type { Report } from './report.ts';
import type { Issued, System } from './system.ts';

/** One refusal of the example API: what is asked, and what the authorizer writes down about it. */
interface Refusal {
  readonly what: string;
  readonly code: string;
  readonly keyId: string | null;
  readonly call: Partial<Call>;
}

/** Everything that the key authorizer refuses, told apart by its log: a caller is told less. */
export async function exampleRefusals(system: System, report: Report): Promise<void> {
  await report.part('The example refuses whoever is not known (401)', async () => {
    const refusals = await report.step('keys are there to be refused', () => unauthenticated(system));
    await refuseAll(system, report, { refusals, status: 401 });
    await report.check('every 401 has the same body, and asks for a token', async () => {
      const answers = await Promise.all(refusals.map((refusal) => call(system.orders, { path: '/orders', ...refusal.call })));
      const [first, ...others] = answers;
      assert.ok(first);
      assert.equal(expectProblem(first, 401, 'unauthorized').title, 'No valid credentials');
      for (const answer of others) assert.deepEqual(withoutInstance(answer), withoutInstance(first));
      for (const answer of answers) assert.equal(answer.headers['www-authenticate'], 'ApiKey realm="gatewarden"');
    });
  });
  await report.part('The example refuses what a known key may not do (403)', async () => {
    const refusals = await report.step('keys are there to be refused', () => forbidden(system));
    await refuseAll(system, report, { refusals, status: 403 });
    await report.check('a key bound to addresses is let in from one of them', async () => {
      const { token } = await system.issue({ allowedIps: ['192.0.2.0/24', '2001:db8::/32'] });
      for (const address of ['192.0.2.77', '2001:db8::1']) {
        expectStatus(await system.order(token, { headers: { 'x-forwarded-for': address } }), 200);
      }
    });
  });
  await report.part('The example answers for what is not there (404)', () => notThere(system, report));
}

async function refuseAll(
  { orders, operator }: System,
  report: Report,
  { refusals, status }: { readonly refusals: readonly Refusal[]; readonly status: number },
): Promise<void> {
  const group = await logGroupOf(operator, 'KeyAuthorizer');
  const since = (await loggedRefusals(operator, group)).length;
  for (const refusal of refusals) {
    await report.check(`${refusal.what} is refused with ${status}`, async () => {
      expectProblemStatus(await call(orders, { path: '/orders', ...refusal.call }), status);
    });
  }
  await report.check("the authorizer's log has each of these refusals with its precise code and key", () =>
    expectRefusals(operator, { group, since, expected: refusals.map(({ code, keyId }) => ({ code, keyId })) }),
  );
}

async function unauthenticated(system: System): Promise<readonly Refusal[]> {
  const { issue, manage, keysPath, remember } = system;
  const good = await issue({ name: 'Refused: good' });
  const other = await issue({ name: 'Refused: other' });
  const inactive = await issue({ name: 'Refused: inactive', active: false });
  const revoked = await issue({ name: 'Refused: revoked' });
  expectStatus(await system.revoke(revoked.key.id), 200);
  const regenerated = await issue({ name: 'Refused: regenerated' });
  remember(await manage({ method: 'POST', path: keysPath(regenerated.key.id, '/rotate'), body: { gracePeriodHours: 0 } }));
  const expired = await expiredKey(system);
  const wrongSecret = forgeToken(good.key.id, randomText(32));
  const unknown = forgeToken(randomText(12), randomText(32));
  const { token } = good;

  return [
    { what: 'no token', code: 'missing_key', keyId: null, call: {} },
    { what: 'an empty token', code: 'missing_key', keyId: null, call: withKey('') },
    { what: 'a text that is no token', code: 'malformed_key', keyId: null, call: withKey('open sesame') },
    { what: 'a token with a character changed', code: 'malformed_key', keyId: null, call: withKey(changeOneCharacter(token)) },
    { what: 'two different tokens', code: 'malformed_key', keyId: null, call: { headers: { 'x-api-key': token, authorization: `Bearer ${other.token}` } } },
    { what: 'an id that was never issued', code: 'unknown_key', keyId: `key_${unknown.slice(8, 20)}`, call: withKey(unknown) },
    { what: 'a wrong secret for a known id', code: 'unknown_key', keyId: good.key.id, call: withKey(wrongSecret) },
    { what: 'an inactive key', code: 'inactive_key', keyId: inactive.key.id, call: withKey(inactive.token) },
    { what: 'an expired key', code: 'expired_key', keyId: expired.key.id, call: withKey(expired.token) },
    { what: 'a key that was rotated without a grace period', code: 'expired_key', keyId: regenerated.key.id, call: withKey(regenerated.token) },
    { what: 'a revoked key', code: 'revoked_key', keyId: revoked.key.id, call: withKey(revoked.token) },
  ];
}

function withKey(token: string): Partial<Call> {
  return { headers: { 'x-api-key': token } };
}

async function expiredKey({ issue }: System): Promise<Issued> {
  const expiresAtMs = Date.now() + 2_000;
  const issued = await issue({ name: 'Refused: expired', expiresAt: new Date(expiresAtMs).toISOString() });
  await sleep(expiresAtMs - Date.now() + 50);
  return issued;
}

async function forbidden({ issue }: System): Promise<readonly Refusal[]> {
  const product = await issue({ product: 'invoices', scopes: ['invoices:read'] });
  const environment = await issue({ environment: 'test' });
  const reader = await issue({ scopes: ['orders:read'] });
  const bound = await issue({ allowedIps: ['192.0.2.0/24'] });
  const order = { method: 'POST', body: { item: 'Lamp', quantity: 1 } };
  const from = (address: string) => ({ 'x-api-key': bound.token, 'x-forwarded-for': address });
  return [
    { what: 'a key of another product', code: 'wrong_product', keyId: product.key.id, call: withKey(product.token) },
    { what: 'a key of another environment', code: 'wrong_environment', keyId: environment.key.id, call: withKey(environment.token) },
    { what: 'a key without the scope of the route', code: 'insufficient_scope', keyId: reader.key.id, call: { ...order, ...withKey(reader.token) } },
    { what: 'an address that the key is not bound to', code: 'ip_not_allowed', keyId: bound.key.id, call: { headers: from('198.51.100.7') } },
  ];
}

async function notThere({ orders, order, issue }: System, report: Report): Promise<void> {
  const { token } = await report.step('a key is issued', () => issue());
  const unknownPaths: [string, () => Promise<Answer>][] = [
    ['a path without a route', () => order(token, { path: '/nothing' })],
    ['a method without a route', () => order(token, { method: 'DELETE' })],
    ['a path without a route, called with an Authorization header', () => call(orders, { path: '/nothing', headers: { authorization: `Bearer ${token}` } })],
    ['a path without a route, called without a token', () => call(orders, { path: '/nothing' })],
  ];
  for (const [what, send] of unknownPaths) {
    await report.check(`${what} is a 404 that repeats nothing of the request`, async () => {
      const answer = await send();
      expectProblem(answer, 404, 'not_found');
      assert.ok(!answer.text.includes(token), 'The answer holds the token.');
    });
  }
  await report.check('an order that was never placed is the same 404 as one with a malformed id', async () => {
    const neverPlaced = await order(token, { path: `/orders/ord_${'0'.repeat(32)}` });
    const malformed = await order(token, { path: '/orders/nonsense' });
    expectProblem(neverPlaced, 404, 'not_found');
    assert.deepEqual(withoutInstance(malformed), withoutInstance(neverPlaced));
  });
}

function changeOneCharacter(token: string): string {
  const at = 15;
  return `${token.slice(0, at)}${token[at] === 'a' ? 'b' : 'a'}${token.slice(at + 1)}`;
}
