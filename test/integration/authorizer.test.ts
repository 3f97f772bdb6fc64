import { describe, expect, it } from 'vitest';
import { sendRaw } from '../support/http.ts';
import { expectProblem } from '../support/problems.ts';
import type { TestResponse } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const dayMs = 86_400_000;

// Checksum computed apart from the product, with zlib.crc32 of Python.
const neverIssued = 'gw_live_zzzzzzzzzzzz0123456789ABCDEFGHIJKLMNOPQRSTUV0e34Zq';

/** Calls the example API with headers exactly as given. */
const send = (headers: readonly string[], path = '/whoami') => sendRaw(`${system().exampleUrl}${path}`, { headers });

/** What the authorizer wrote of a request that it refused. */
function refusalOf(response: TestResponse) {
  const requestId = response.headers.get('x-request-id') ?? '';
  const lines = system().platform.logs('KeyAuthorizer').map(({ line }) => line).filter((line) => line.includes(requestId));
  expect(lines, `lines of request ${requestId}`).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

describe('a token', () => {
  it.each([
    ['X-API-Key', ''],
    ['x-api-key', ''],
    ['X-Api-KEY', ''],
    ['Authorization', 'x-api-key '],
    ['authorization', 'X-API-Key '],
    ['AUTHORIZATION', 'Bearer '],
    ['Authorization', 'bearer  '],
  ])('is taken as %s: %sTOKEN', async (name, scheme) => {
    const { key, token } = await system().issue({ name: 'Zoë "quoted"', scopes: ['orders:read', 'orders:write'] });
    const response = await send([name, `${scheme}${token}`]);
    expect(response.status, JSON.stringify(response.body)).toBe(200);
    expect(response.body).toEqual({
      organizationId: system().organizationId,
      keyId: key.id,
      keyName: 'Zoë "quoted"',
      product: 'orders',
      environment: 'live',
      scopes: ['orders:read', 'orders:write'],
      expiresAt: key.expiresAt,
    });
  });

  it.each(['/whoami?api_key=', '/whoami?x-api-key=', '/whoami?access_token='])('is not taken from %s', async (path) => {
    const { token } = await system().issue();
    expectProblem(await send([], `${path}${token}`), 401, 'unauthorized');
  });

  it('under another scheme is none', async () => {
    const { token } = await system().issue();
    for (const scheme of ['Basic', 'Token', 'ApiKey', 'Bearer:']) {
      const response = await send(['Authorization', `${scheme} ${token}`]);
      expectProblem(response, 401, 'unauthorized');
      expect(refusalOf(response).code).toBe('missing_key');
    }
  });
});

describe('every 401', () => {
  it('is the same answer, and the log tells which it was', async () => {
    const { key: inactive, token: inactiveToken } = await system().issue({ active: false });
    const { key: revoked, token: revokedToken } = await system().issue();
    await system().call('POST', `${system().keysPath}/${revoked.id}/revoke`, { body: { reason: 'retired' } });
    const { key: expired, token: expiredToken } = await system().issue({ expiresInDays: 1 });
    const { token } = await system().issue();
    system().platform.clock.advance(dayMs);
    const cases: [string[], string, string | null][] = [
      [[], 'missing_key', null],
      [['X-API-Key', ''], 'missing_key', null],
      [['X-API-Key', 'nonsense'], 'malformed_key', null],
      [['X-API-Key', `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`], 'malformed_key', null],
      [['X-API-Key', token, 'Authorization', `Bearer ${neverIssued}`], 'malformed_key', null],
      [['X-API-Key', 'x'.repeat(5000)], 'malformed_key', null],
      [['X-API-Key', neverIssued], 'unknown_key', 'key_zzzzzzzzzzzz'],
      [['X-API-Key', inactiveToken], 'inactive_key', inactive.id],
      [['X-API-Key', expiredToken], 'expired_key', expired.id],
      [['X-API-Key', revokedToken], 'revoked_key', revoked.id],
    ];
    const bodies = new Set<string>();
    for (const [headers, code, keyId] of cases) {
      const response = await send(headers, '/orders');
      expectProblem(response, 401, 'unauthorized');
      expect(response.headers.get('www-authenticate')).toBe('ApiKey realm="gatewarden"');
      bodies.add(JSON.stringify({ ...response.body, instance: null }));
      expect(refusalOf(response)).toMatchObject({
        level: 'WARN', message: 'refused', authorizer: 'key', code, keyId, route: 'GET /orders', stage: 'live', sourceIp: '127.0.0.1', Refusals: 1,
      });
      // A container fails, or is slow, in a way that a caller could tell apart.
      expect([...response.headers.keys()].sort()).toEqual(['cache-control', 'connection', 'content-length', 'content-type', 'date', 'keep-alive', 'www-authenticate', 'x-amz-apigw-id', 'x-amzn-errortype', 'x-amzn-requestid', 'x-request-id']);
    }
    expect(bodies.size).toBe(1);
  });

  it("is the same on the management API, whose own tokens open no integrator's API", async () => {
    const { token } = await system().issue({ active: false, product: 'gatewarden', scopes: [] });
    const url = `${system().managementUrl}/v1/whoami`;
    const bodies = [];
    for (const headers of [[], ['X-API-Key', neverIssued], ['X-API-Key', token]]) {
      const response = await sendRaw(url, { headers });
      bodies.push(JSON.stringify({ ...expectProblem(response, 401, 'unauthorized'), instance: null }));
    }
    expect(new Set(bodies).size).toBe(1);
    expectProblem(await system().example(system().rootToken), 403, 'wrong_product');
    expectProblem(await system().call('GET', '/whoami', { token: (await system().issue()).token }), 403, 'wrong_product');
  });
});

describe('a living key is refused with what it lacks', () => {
  it.each([
    [{ scopes: ['orders:write'] }, 'insufficient_scope', 'The key lacks the scope orders:read.'],
    [{ environment: 'test' }, 'wrong_environment', 'The key is for the environment test, not for live.'],
    [{ product: 'invoices', scopes: [] }, 'wrong_product', 'The key is for the product invoices, not for orders.'],
    [{ allowedIps: ['192.0.2.0/24', '::1'] }, 'ip_not_allowed', 'The key may not be used from this address.'],
  ])('%j', async (fields, code, detail) => {
    const { key, token } = await system().issue(fields);
    const response = await system().example(token);
    expect(expectProblem(response, 403, code).detail).toBe(detail);
    expect(refusalOf(response)).toMatchObject({ code, keyId: key.id, organizationId: system().organizationId });
    expect(response.headers.get('www-authenticate')).toBeNull();
  });

  it.each([
    [{ status: 'suspended' }, 'organization_suspended'],
    [{ status: 'pending' }, 'organization_not_approved'],
    [{ plan: 'free' }, 'plan_lacks_m2m'],
    [{ products: ['invoices'] }, 'product_not_enabled'],
  ])('its organization being %j, within 10 s, and let in again within 10 s', async (fields, code) => {
    const { id, keysPath } = await system().tenant();
    const { token } = await system().issue({}, keysPath);
    expect((await system().example(token)).status).toBe(200);
    await system().operator.setOrganization(id, fields);
    system().platform.clock.advance(10_000);
    expectProblem(await system().example(token), 403, code);
    await system().operator.setOrganization(id, { status: 'approved', plan: 'team', products: ['orders'] });
    system().platform.clock.advance(10_000);
    expect((await system().example(token)).status).toBe(200);
  });

  it('by route: the scope of one does not open another', async () => {
    const { token } = await system().issue({ scopes: ['orders:read'] });
    const order = { item: 'Lamp', quantity: 2 };
    const refused = await system().example(token, { method: 'POST', body: order });
    expect(expectProblem(refused, 403, 'insufficient_scope').detail).toBe('The key lacks the scope orders:write.');
    const { token: writer } = await system().issue({ scopes: ['orders:write'] });
    const placed = await system().example(writer, { method: 'POST', body: order });
    expect(placed.status).toBe(201);
    expectProblem(await system().example(writer, { path: `/orders/${placed.body.orderId}` }), 403, 'insufficient_scope');
    expect((await system().example(token, { path: `/orders/${placed.body.orderId}` })).body).toMatchObject(order);
  });
});

describe('the address that a key is bound to', () => {
  it.each(['X-Forwarded-For', 'x-forwarded-for', 'Forwarded', 'X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP', 'X-Client-IP'])('cannot be claimed in %s', async (header) => {
    const { token } = await system().issue({ allowedIps: ['192.0.2.7'] });
    const claimed = header === 'Forwarded' ? 'for=192.0.2.7' : '192.0.2.7';
    expectProblem(await send(['X-API-Key', token, header, claimed]), 403, 'ip_not_allowed');
  });

  it('lets its own ranges in', async () => {
    const { token } = await system().issue({ allowedIps: ['192.0.2.7', '127.0.0.0/8'] });
    expect((await send(['X-API-Key', token, 'X-Forwarded-For', '192.0.2.99'])).status).toBe(200);
  });
});

describe('time', () => {
  it('ends a key at the moment of its expiry, and not before', async () => {
    const { token } = await system().issue({ expiresInDays: 1 });
    system().platform.clock.advance(dayMs - 30_000);
    expect((await system().example(token)).status).toBe(200);
    system().platform.clock.advance(30_000);
    expectProblem(await system().example(token), 401, 'unauthorized');
  });
});
