import assert from 'node:assert/strict';
import { expectRefusals, loggedRefusals, logGroupOf } from './authorizerLog.ts';
import { expectProblem, expectStatus, withoutInstance } from './expectations.ts';
import { call } from './http.ts';
import type { Call } from './http.ts';
import type { Report } from './report.ts';
import { asPage } from './system.ts';
import type { System } from './system.ts';

/** What the management API refuses, and that it changes nothing then. */
export async function managementRefusals(system: System, report: Report): Promise<void> {
  await report.part('The management API refuses callers', () => callers(system, report));
  await report.part('The management API refuses requests', () => requests(system, report));
  await report.part('The management API hides what is not yours', () => hidden(system, report));
  await report.part('The management API guards the state of a key', () => states(system, report));
}

async function callers(system: System, report: Report): Promise<void> {
  const { management, manage, issue, operator, rootToken, keysPath } = system;
  const { ordersKey, reader } = await report.step('keys are there to be refused', async () => ({
    ordersKey: await issue(),
    reader: await issue({ product: 'gatewarden', scopes: ['keys:read'] }),
  }));
  const group = await logGroupOf(operator, 'ManagementAuthorizer');
  const since = (await loggedRefusals(operator, group)).length;

  await report.check('no token, and a text that is no token, are the same 401', async () => {
    const none = await call(management, { path: '/whoami' });
    const text = await call(management, { path: '/whoami', headers: { authorization: 'Bearer nonsense' } });
    expectProblem(none, 401, 'unauthorized');
    assert.deepEqual(withoutInstance(text), withoutInstance(none));
    assert.equal(none.headers['www-authenticate'], 'ApiKey realm="gatewarden"');
  });
  await report.check('two different tokens are a 401', async () => {
    const headers = { 'x-api-key': rootToken, authorization: `Bearer ${reader.token}` };
    expectProblem(await call(management, { path: '/whoami', headers }), 401, 'unauthorized');
  });
  await report.check('a key of another product is a 403', async () => {
    expectStatus(await manage({ path: '/whoami', headers: { 'x-api-key': ordersKey.token } }), 403);
  });
  await report.check("the authorizer's log has each of these refusals with its precise code and key", () =>
    expectRefusals(operator, {
      group,
      since,
      expected: [
        { code: 'missing_key', keyId: null },
        { code: 'malformed_key', keyId: null },
        { code: 'malformed_key', keyId: null },
        { code: 'wrong_product', keyId: ordersKey.key.id },
      ],
    }),
  );
  await report.check('a management key may do what its scopes say and nothing else', async () => {
    const headers = { 'x-api-key': reader.token };
    expectStatus(await manage({ path: keysPath(), headers }), 200);
    expectProblem(await manage({ method: 'POST', path: keysPath(), headers, body: {} }), 403, 'missing_permission');
    expectProblem(await manage({ method: 'POST', path: keysPath(reader.key.id, '/revoke'), headers, body: { reason: 'other' } }), 403, 'missing_permission');
  });
}

const good = { name: 'Refused', product: 'orders', environment: 'live', scopes: ['orders:read'] };

async function requests({ manage, keysPath }: System, report: Report): Promise<void> {
  const issuing = (body: unknown, headers: Record<string, string> = {}): Call => ({ method: 'POST', path: keysPath(), body, headers });
  const countKeys = async () => asPage(await manage({ path: `${keysPath()}?limit=100` })).items.length;
  const before = await report.step('the keys are counted', countKeys);

  const refused: [string, Call, number, string, string?][] = [
    ['an unknown field', issuing({ ...good, colour: 'red' }), 400, 'invalid_request', 'colour'],
    ['a name of the wrong type', issuing({ ...good, name: 7 }), 400, 'invalid_request', 'name'],
    ['an environment that does not exist', issuing({ ...good, environment: 'prod' }), 400, 'invalid_request', 'environment'],
    ['a missing product', issuing({ name: 'x', environment: 'live', scopes: [] }), 400, 'invalid_request', 'product'],
    ['an address range that is none', issuing({ ...good, allowedIps: ['300.1.1.1'] }), 400, 'invalid_request', 'allowedIps[0]'],
    ['an expiry that has passed', issuing({ ...good, expiresAt: '2020-02-29T00:00:00.000Z' }), 400, 'invalid_request', 'expiresAt'],
    ['two ways to say the expiry', issuing({ ...good, expiresInDays: 5, neverExpires: true }), 400, 'invalid_request', 'expiresAt'],
    ['a key that never expires, against the policy', issuing({ ...good, neverExpires: true }), 403, 'expiry_not_allowed'],
    ['a life beyond the maximum of the policy', issuing({ ...good, expiresInDays: 366 }), 403, 'expiry_not_allowed'],
    ['broken JSON', issuing('{"name": '), 400, 'invalid_json'],
    ['no body', issuing(''), 400, 'invalid_json'],
    ['a body over 64 KiB', issuing({ ...good, description: 'x'.repeat(65 * 1_024) }), 413, 'body_too_large'],
    ['a body of another type', issuing('name=x', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type'],
    ['a cursor that this list has not given', { path: `${keysPath()}?cursor=nonsense` }, 400, 'invalid_cursor'],
    ['a limit beyond 100', { path: `${keysPath()}?limit=101` }, 400, 'invalid_request', 'limit'],
    ['an unknown query parameter', { path: `${keysPath()}?colour=red` }, 400, 'invalid_request', 'colour'],
  ];
  for (const [what, options, status, code, field] of refused) {
    await report.check(`${what} is a ${status} ${code}`, async () => {
      const { errors = [] } = expectProblem(await manage(options), status, code);
      if (field) assert.ok(errors.some(({ path }) => path === field), `The errors name ${errors.map(({ path }) => path).join(', ')}.`);
    });
  }
  await report.check('none of them made a key', async () => assert.equal(await countKeys(), before));
}

async function hidden({ manage, issue, keysPath }: System, report: Report): Promise<void> {
  const { key, reader } = await report.step('keys are issued', async () => ({
    key: (await issue()).key,
    reader: await issue({ product: 'gatewarden', scopes: ['keys:read', 'keys:write', 'keys:revoke'] }),
  }));
  const paths: [string, string][] = [
    ['another organization', `/organizations/org_000000000000/keys/${key.id}`],
    ['a key that was never issued', keysPath('key_000000000000')],
    ['a malformed id', keysPath('nonsense')],
  ];
  const routes: [string, string, unknown][] = [
    ['GET', '', undefined],
    ['PATCH', '', { name: 'x' }],
    ['POST', '/rotate', {}],
    ['POST', '/revoke', { reason: 'other' }],
  ];
  for (const [method, rest, body] of routes) {
    await report.check(`${method} …/keys/{keyId}${rest} answers one and the same 404 for ${paths.map(([what]) => what).join(', ')}`, async () => {
      const headers = { 'x-api-key': reader.token };
      const answers = await Promise.all(paths.map(([, path]) => manage({ method, path: `${path}${rest}`, body, headers })));
      const bodies = answers.map((answer) => {
        expectProblem(answer, 404, 'not_found');
        return JSON.stringify(withoutInstance(answer));
      });
      assert.equal(new Set(bodies).size, 1, bodies.join('\n'));
    });
  }
  await report.check('a path without a route is a 404, with a token and without', async () => {
    expectProblem(await manage({ path: '/nothing' }), 404, 'not_found');
    expectProblem(await manage({ path: '/nothing', headers: { 'x-api-key': '' } }), 404, 'not_found');
  });
}

async function states({ manage, issue, revoke, keysPath }: System, report: Report): Promise<void> {
  const { key } = await report.step('a key is issued', () => issue());
  const patch = (body: unknown, headers: Record<string, string> = {}) => manage({ method: 'PATCH', path: keysPath(key.id), body, headers });

  await report.check('a stale If-Match is a 412 and changes nothing', async () => {
    expectStatus(await patch({ name: 'Renamed' }, { 'if-match': '"1"' }), 200);
    expectProblem(await patch({ name: 'Lost' }, { 'if-match': '"1"' }), 412, 'version_mismatch');
    assert.match((await manage({ path: keysPath(key.id) })).text, /"name":"Renamed"/);
  });
  await report.check('of changes that race with the same version, one is made', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => patch({ name }, { 'if-match': '"2"' })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412]);
  });
  await report.check('a revoked key can be neither changed nor rotated', async () => {
    expectStatus(await revoke(key.id), 200);
    expectProblem(await patch({ name: 'x' }), 409, 'key_revoked');
    expectProblem(await manage({ method: 'POST', path: keysPath(key.id, '/rotate'), body: {} }), 409, 'key_revoked');
  });
}
