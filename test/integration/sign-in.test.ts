import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../support/http.ts';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';
import { LoopbackIssuer } from '../unit/signIn/loopbackIssuer.ts';

const system = useSystem();
let id = '';
let boss: Person;
let stranger: LoopbackIssuer;

beforeAll(async () => {
  id = await system().operator.createOrganization();
  boss = await system().join(id, 'superadmin');
  stranger = await LoopbackIssuer.start();
});
afterAll(() => stranger.close());

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (text = ''): Json => JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));

/** Header, claims and signature of a good access token, fresh each time. */
async function parts() {
  const token = await system().signIn(boss.email);
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { token, header, payload, signature, headerFields: decoded(header), claims: decoded(payload) };
}

async function expectRefused(token: string): Promise<void> {
  expectProblem(await system().call('GET', '/whoami', { token: null, headers: { Authorization: `Bearer ${token}` } }), 401, 'unauthorized');
  expectProblem(await system().call('GET', `/organizations/${id}/keys`, { token: null, headers: { Authorization: `Bearer ${token}` } }), 401, 'unauthorized');
}

async function signingKey(): Promise<Json> {
  const { claims, headerFields } = await parts();
  const { keys } = (await (await fetch(`${claims.iss}/.well-known/jwks.json`)).json()) as Json;
  return keys.find(({ kid }: Json) => kid === headerFields.kid);
}

describe('an access token', () => {
  it('opens what its member may do', async () => {
    const { token, claims } = await parts();
    expect(claims).toMatchObject({ token_use: 'access', sub: expect.any(String), client_id: expect.any(String) });
    expect((await system().call('GET', '/whoami', { token })).body).toMatchObject({ principal: { type: 'member', id: boss.memberId }, role: 'superadmin' });
  });

  it('of another issuer opens nothing, though it claims to be ours', async () => {
    const { claims, headerFields } = await parts();
    await expectRefused(await stranger.token());
    await expectRefused(await stranger.token(claims, headerFields));
    await expectRefused(await stranger.token({ ...claims, iss: stranger.url }, headerFields));
  });

  it('without a signature opens nothing', async () => {
    const { headerFields, payload, signature } = await parts();
    for (const alg of ['none', 'None', 'NONE', '']) {
      await expectRefused(`${part({ ...headerFields, alg })}.${payload}.`);
      await expectRefused(`${part({ ...headerFields, alg })}.${payload}.${signature}`);
    }
    await expectRefused(`${part(headerFields)}.${payload}.`);
  });

  it('signed with our public key as a secret opens nothing', async () => {
    const { headerFields, payload } = await parts();
    const key = await signingKey();
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const unsigned = `${part({ ...headerFields, alg: 'HS256' })}.${payload}`;
    for (const secret of [String(pem), String(pem).trim(), key.n, JSON.stringify(key)]) {
      await expectRefused(`${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`);
    }
  });

  it('that brings its own key, or says where one is, opens nothing', async () => {
    const { claims } = await parts();
    const [{ n, e, kty }] = ((stranger.answers.get('/jwks') as Json).keys) as Json;
    await expectRefused(await stranger.token(claims, { jwk: { n, e, kty } }));
    await expectRefused(await stranger.token(claims, { jku: `${stranger.url}/jwks` }));
    expect(stranger.asked).toEqual([]);
  });

  it('whose content was changed opens nothing', async () => {
    const { header, claims, signature, payload } = await parts();
    for (const changed of [{ sub: 'somebody-else' }, { exp: claims.exp + 3600 }, { client_id: 'other' }, { scope: 'admin' }]) await expectRefused(`${header}.${part({ ...claims, ...changed })}.${signature}`);
    await expectRefused(`${header}.${payload}.${signature.slice(0, -4)}AAAA`);
    await expectRefused(`${header}.${payload}`);
    await expectRefused(`${header}.${payload}.${signature}.x`);
  });

  it('that is an ID token opens nothing', async () => {
    const { idToken } = await system().platform.signIn(boss.email);
    expect(decoded(idToken.split('.')[1])).toMatchObject({ token_use: 'id' });
    await expectRefused(idToken);
  });

  it('is taken as a bearer token only', async () => {
    const { token } = await parts();
    for (const headers of [{ 'X-API-Key': token }, { Authorization: `x-api-key ${token}` }, { Authorization: token }]) {
      expectProblem(await system().call('GET', '/whoami', { token: null, headers }), 401, 'unauthorized');
    }
    expect((await system().call('GET', '/whoami', { token: null, headers: { authorization: `bearer ${token}` } })).status).toBe(200);
  });

  it('beside another credential is refused: who is calling cannot be known', async () => {
    const { token } = await parts();
    const other = await system().signIn(boss.email);
    const url = `${system().managementUrl}/v1/whoami`;
    for (const headers of [['Authorization', `Bearer ${token}`, 'X-API-Key', system().rootToken], ['Authorization', `Bearer ${token}`, 'Authorization', `Bearer ${other}`]]) {
      expectProblem(await sendRaw(url, { headers }), 401, 'unauthorized');
    }
  });

  it('opens nothing on an API behind keys', async () => {
    const { token } = await parts();
    expectProblem(await system().example(null, { headers: { Authorization: `Bearer ${token}` } }), 401, 'unauthorized');
  });

  it('stands in no log, good or refused', async () => {
    const { token, signature } = await parts();
    await system().call('GET', '/whoami', { token });
    await expectRefused(`${token}x`);
    expect(system().platform.logs().some(({ line }) => line.includes(signature.slice(10, 60)))).toBe(false);
    const reasons = system().platform.logs('ManagementAuthorizer').map(({ line }) => line);
    expect(reasons.some((line) => line.includes('access token refused'))).toBe(true);
    expect(reasons.some((line) => line.includes('"invalid_access_token"'))).toBe(true);
  });

  // Last: time goes on for all.
  it('that is over opens nothing', async () => {
    const { token, claims } = await parts();
    system().platform.clock.advance((claims.exp - claims.iat) * 1000 - 60_000);
    expect((await system().call('GET', '/whoami', { token })).status).toBe(200);
    system().platform.clock.advance(61_000);
    await expectRefused(token);
    expect((await system().call('GET', '/whoami', { token: await system().signIn(boss.email) })).status).toBe(200);
  });
});

describe('a management key', () => {
  it('may do from the very next request on what its scopes say by then', async () => {
    const tenant = await system().tenant({}, ['keys:read', 'members:read']);
    const list = (noun: string) => system().call('GET', `/organizations/${tenant.id}/${noun}`, { token: tenant.token });
    expect([(await list('keys')).status, (await list('members')).status]).toEqual([200, 200]);
    await system().call('PATCH', `${tenant.keysPath}/${tenant.keyId}`, { body: { scopes: ['members:read'] } });
    expectProblem(await list('keys'), 403, 'missing_permission');
    expect((await list('members')).status).toBe(200);
    await system().call('POST', `${tenant.keysPath}/${tenant.keyId}/revoke`, { body: { reason: 'retired' } });
    expectProblem(await list('members'), 401, 'unauthorized');
  });

  it('acts in its own organization and in no other, whatever it may do', async () => {
    const everything = ['keys:read', 'keys:write', 'keys:revoke', 'members:read', 'members:write', 'roles:write', 'events:read', 'organization:read', 'organization:write'];
    const tenant = await system().tenant({}, everything);
    const { key } = await system().issue({}, `/organizations/${id}/keys`);
    const elsewhere: [string, string, object | undefined][] = [
      ['GET', `/organizations/${id}`, undefined],
      ['PATCH', `/organizations/${id}`, { policy: { requirePin: true } }],
      ['GET', `/organizations/${id}/keys`, undefined],
      ['GET', `/organizations/${id}/keys/${key.id}`, undefined],
      ['POST', `/organizations/${id}/keys/${key.id}/revoke`, { reason: 'retired' }],
      ['GET', `/organizations/${id}/members/${boss.memberId}`, undefined],
      ['POST', `/organizations/${id}/members`, { email: 'mole@example.com', role: 'developer' }],
      ['DELETE', `/organizations/${id}/members/${boss.memberId}`, undefined],
      ['PUT', `/organizations/${id}/roles/x`, { permissions: [] }],
      ['GET', `/organizations/${id}/events`, undefined],
      ['GET', `/organizations/${tenant.id}/keys/${key.id}`, undefined],
      ['GET', `/organizations/${tenant.id}/keys/${key.id}/events`, undefined],
      ['PATCH', `/organizations/${tenant.id}/keys/${key.id}`, { name: 'Mine' }],
      ['POST', `/organizations/${tenant.id}/keys/${key.id}/rotate`, undefined],
      ['DELETE', `/organizations/${tenant.id}/members/${boss.memberId}`, undefined],
      ['DELETE', `/organizations/${tenant.id}/members/${boss.memberId}/pin`, undefined],
    ];
    const before = await system().operator.snapshot();
    for (const [method, path, body] of elsewhere) expectProblem(await system().call(method, path, { token: tenant.token, body }), 404, 'not_found');
    expect(await system().operator.snapshot()).toEqual(before);
    for (const path of ['/organizations']) expectProblem(await system().call('GET', path, { token: tenant.token }), 403, 'missing_permission');
  });
});
