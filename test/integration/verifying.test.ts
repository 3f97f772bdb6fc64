import { describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

// Checksums computed apart from the product, with zlib.crc32 of Python.
const neverIssued = 'gw_live_zzzzzzzzzzzz0123456789ABCDEFGHIJKLMNOPQRSTUV0e34Zq';

/** The answer to `POST /keys/verify`, always a 200. */
async function verify(body: object, token = system().rootToken) {
  const response = await system().call('POST', '/keys/verify', { body, token });
  expect(response.status, JSON.stringify(response.body)).toBe(200);
  return response.body;
}

async function codeOf(body: object): Promise<string | null> {
  return (await verify(body)).code;
}

// The very request is a use: mostly it is counted after the answer, and on a busy machine before.
const noneOrThis = expect.toBeOneOf([null, expect.any(String)]);

describe('POST /keys/verify', () => {
  it('says that a token is valid, and whose', async () => {
    const { key, token } = await system().issue({ scopes: ['orders:read', 'orders:write'], allowedIps: ['192.0.2.0/24'] });
    const asked = { token, product: 'orders', scopes: ['orders:write'], ip: '192.0.2.77' };
    expect(await verify(asked)).toEqual({ valid: true, code: null, key: { ...key, lastUsedAt: noneOrThis } });
  });

  it('does not read what was not asked', async () => {
    const { token } = await system().issue({ scopes: [] });
    expect(await codeOf({ token })).toBeNull();
    expect(await codeOf({ token, scopes: [] })).toBeNull();
  });

  it.each([[''], ['x'], ['gw_live_'], [neverIssued.slice(0, -1)], [`${neverIssued} `], [neverIssued.replace('Zq', 'Zr')], [neverIssued.replace('gw_live', 'gw_prod')]])(
    'calls %j malformed',
    async (token) => {
      expect(await verify({ token })).toEqual({ valid: false, code: 'malformed_key' });
    },
  );

  it('knows no token that was never issued, nor another secret under an id that was', async () => {
    expect(await verify({ token: neverIssued })).toEqual({ valid: false, code: 'unknown_key' });
    const { key } = await system().issue();
    // The item of the issued key, under the id of the token that nobody has.
    const item = await system().operator.get(`KEY#${key.id}`, 'KEY');
    await system().operator.put({ ...item, pk: 'KEY#key_zzzzzzzzzzzz', id: 'key_zzzzzzzzzzzz' });
    expect(await verify({ token: neverIssued })).toEqual({ valid: false, code: 'unknown_key' });
    await system().operator.remove('KEY#key_zzzzzzzzzzzz', 'KEY');
  });

  it('names what is wrong with a key, and shows it to who holds its token', async () => {
    const { key: inactive, token: inactiveToken } = await system().issue({ active: false });
    expect(await verify({ token: inactiveToken })).toEqual({ valid: false, code: 'inactive_key', key: inactive });
    const { key: revoked, token: revokedToken } = await system().issue();
    await system().call('POST', `${system().keysPath}/${revoked.id}/revoke`, { body: { reason: 'retired' } });
    expect(await verify({ token: revokedToken })).toMatchObject({ valid: false, code: 'revoked_key', key: { status: 'revoked' } });
    const { token: expiredToken } = await system().issue({ expiresInDays: 1 });
    system().platform.clock.advance(86_400_000);
    expect(await verify({ token: expiredToken })).toMatchObject({ valid: false, code: 'expired_key', key: { status: 'expired' } });
  });

  it('names what a living key lacks', async () => {
    const { token } = await system().issue({ allowedIps: ['2001:db8::/64'] });
    const ip = '2001:db8::1';
    expect(await codeOf({ token, ip })).toBeNull();
    expect(await codeOf({ token, ip, product: 'invoices' })).toBe('wrong_product');
    expect(await codeOf({ token, ip, scopes: ['orders:read', 'orders:write'] })).toBe('insufficient_scope');
    expect(await codeOf({ token, ip: '2001:db9::1' })).toBe('ip_not_allowed');
    expect(await codeOf({ token })).toBe('ip_not_allowed');
  });

  it.each([
    [{ status: 'suspended' }, 'organization_suspended'],
    [{ status: 'pending' }, 'organization_not_approved'],
    [{ plan: 'free' }, 'plan_lacks_m2m'],
    [{ products: [] }, 'product_not_enabled'],
  ])('sees at once that the organization is %j', async (fields, code) => {
    const { id, keysPath } = await system().tenant();
    const { token } = await system().issue({}, keysPath);
    expect(await codeOf({ token })).toBeNull();
    await system().operator.setOrganization(id, fields);
    expect(await codeOf({ token })).toBe(code);
  });

  it("does not know a stranger's token; the operator does", async () => {
    const [mine, other] = [await system().tenant(), await system().tenant()];
    const { key, token } = await system().issue({}, other.keysPath);
    expect(await verify({ token }, mine.token)).toEqual({ valid: false, code: 'unknown_key' });
    expect(await verify({ token }, other.token)).toEqual({ valid: true, code: null, key: { ...key, lastUsedAt: noneOrThis } });
    expect(await codeOf({ token })).toBeNull();
  });

  it('is for those who may', async () => {
    const { token } = await system().tenant({}, ['keys:read', 'keys:write', 'keys:revoke']);
    const refusal = await system().call('POST', '/keys/verify', { token, body: { token: neverIssued } });
    expect(expectProblem(refusal, 403, 'missing_permission').missing).toEqual(['keys:verify']);
  });
});

describe('GET /whoami and GET /catalog', () => {
  it("tell a tenant's management key who it is, and nothing of the operator's", async () => {
    const { id, token, keyId } = await system().tenant({ name: 'Acme GmbH & Söhne' });
    expect((await system().call('GET', '/whoami', { token })).body).toEqual({
      principal: { type: 'management_key', id: keyId, name: 'Tenant automation' },
      organization: { id, name: 'Acme GmbH & Söhne', status: 'approved', isOperator: false },
      role: null,
      permissions: ['keys:read', 'keys:write', 'keys:revoke', 'keys:verify'],
    });
    const { body } = await system().call('GET', '/catalog', { token });
    const management = body.products.find((product: { id: string }) => product.id === 'gatewarden');
    expect(Object.keys(management.scopes)).toContain('keys:write');
    expect(Object.keys(management.scopes)).not.toContain('organizations:write');
  });

  it('show the plans, products, presets and limits of the deployment', async () => {
    const { body } = await system().call('GET', '/catalog');
    expect(body.plans.map(({ id, maxKeys }: { id: string; maxKeys: number }) => [id, maxKeys])).toEqual([['free', 0], ['trial', 5], ['team', 100], ['enterprise', null]]);
    expect(body.products.map(({ id }: { id: string }) => id)).toEqual(['orders', 'invoices', 'gatewarden']);
    expect(Object.keys(body.products[2].scopes)).toContain('organizations:write');
    expect(body).toMatchObject({
      expiryPresetsDays: [30, 60, 90],
      environments: ['live', 'test'],
      revocationReasons: ['compromised', 'retired', 'shared_incorrectly', 'ownership_changed', 'superseded', 'other'],
      limits: { maxBodyBytes: 65_536, maxExpiryDays: 3650, maxGracePeriodHours: 720, maxTags: 50, maxAllowedIps: 50 },
    });
  });
});
