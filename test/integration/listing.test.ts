import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';
import type { Tenant } from '../support/system.ts';

const system = useSystem();

/** Names of all keys that a list gives, page by page. */
async function names(keysPath: string, query: string): Promise<string[]> {
  const found: string[] = [];
  let cursor = '';
  do {
    const { status, body } = await system().call('GET', `${keysPath}?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(...body.items.map(({ name }: { name: string }) => name));
    cursor = body.nextCursor ?? '';
  } while (cursor);
  return found;
}

describe('filters of the list', () => {
  let tenant: Tenant;

  beforeAll(async () => {
    tenant = await system().tenant({ products: ['orders', 'invoices'] });
    const { keysPath } = tenant;
    const days = (count: number) => ({ expiresInDays: count });
    await system().issue({ name: 'short', tags: { team: 'a' }, ...days(1) }, keysPath);
    await system().issue({ name: 'alpha', description: 'the FIRST one', owner: { name: 'Ada L', email: 'ada@example.com' }, tags: { team: 'a', tier: 'x:y' }, ...days(30) }, keysPath);
    await system().issue({ name: 'beta', environment: 'test', owner: { name: 'Bob' }, tags: { team: 'b', tier: 'x:y' }, ...days(60) }, keysPath);
    await system().issue({ name: 'gamma', product: 'invoices', scopes: ['invoices:read'], tags: { team: 'a' }, ...days(90) }, keysPath);
    await system().issue({ name: 'off', active: false, ...days(200) }, keysPath);
    const { key } = await system().issue({ name: 'dead', owner: { name: 'Ada L' }, ...days(200) }, keysPath);
    await system().call('POST', `${keysPath}/${key.id}/revoke`, { body: { reason: 'other' } });
    system().platform.clock.advance(86_400_000);
  });

  it.each([
    ['limit=100', ['dead', 'off', 'gamma', 'beta', 'alpha', 'short', 'Tenant automation']],
    ['status=active', ['gamma', 'beta', 'alpha', 'Tenant automation']],
    ['status=inactive', ['off']],
    ['status=expired', ['short']],
    ['status=revoked', ['dead']],
    ['environment=test', ['beta']],
    ['environment=live&product=orders', ['dead', 'off', 'alpha', 'short']],
    ['product=invoices', ['gamma']],
    ['product=gatewarden', ['Tenant automation']],
    ['product=nothing', []],
    ['owner=ADA%40example.com', ['alpha']],
    ['owner=ada%20l', ['dead', 'alpha']],
    ['owner=ada', []],
    ['tag=team%3Aa', ['gamma', 'alpha', 'short']],
    ['tag=tier%3Ax%3Ay', ['beta', 'alpha']],
    ['tag=team%3Aa&tag=tier%3Ax%3Ay', ['alpha']],
    ['tag=constructor%3Ax', []],
    ['search=AMM', ['gamma']],
    ['search=first', ['alpha']],
    ['search=%20', ['alpha', 'Tenant automation']],
    ['status=active&environment=live&product=orders&owner=Ada%20L&tag=team%3Aa&search=alp', ['alpha']],
    ['status=revoked&environment=test', []],
  ])('%s', async (query, expected) => {
    expect(await names(tenant.keysPath, query)).toEqual(expected);
    // The same in small pages, which may hold fewer items than their limit.
    expect(await names(tenant.keysPath, `${query.replace('limit=100&', '').replace('limit=100', '')}&limit=2`)).toEqual(expected);
  });

  it('expiresBefore excludes the very moment', async () => {
    const { body } = await system().call('GET', `${tenant.keysPath}?search=beta`);
    const [{ expiresAt }] = body.items;
    const later = new Date(Date.parse(expiresAt) + 1).toISOString();
    expect(await names(tenant.keysPath, `expiresBefore=${expiresAt}`)).toEqual(['alpha', 'short']);
    expect(await names(tenant.keysPath, `expiresBefore=${later}`)).toEqual(['beta', 'alpha', 'short']);
    expect(await names(tenant.keysPath, `expiresBefore=${encodeURIComponent('2020-01-01T00:00:00+01:00')}`)).toEqual([]);
  });

  it('search finds a key by its id', async () => {
    const { body } = await system().call('GET', `${tenant.keysPath}?search=alpha`);
    expect(await names(tenant.keysPath, `search=${body.items[0].id}`)).toEqual(['alpha']);
  });
});

describe('pages of the list', () => {
  it('lose and repeat nothing, while keys are being issued', async () => {
    const { keysPath } = await system().tenant();
    for (let count = 1; count <= 12; count += 1) await system().issue({ name: `old ${count}` }, keysPath);
    const found: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const { body } = await system().call('GET', `${keysPath}?limit=5${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...body.items.map(({ name }: { name: string }) => name));
      cursor = body.nextCursor;
      pages += 1;
      await system().issue({ name: `new ${pages}` }, keysPath);
    } while (cursor !== null);
    expect(found).toEqual(['old 12', 'old 11', 'old 10', 'old 9', 'old 8', 'old 7', 'old 6', 'old 5', 'old 4', 'old 3', 'old 2', 'old 1', 'Tenant automation']);
    expect(pages).toBe(3);
  });

  it('hold from 1 to 100 keys, 50 where nothing is said', async () => {
    const { keysPath } = await system().tenant({ plan: 'enterprise' });
    for (let batch = 0; batch < 6; batch += 1) {
      await Promise.all(Array.from({ length: batch === 5 ? 1 : 10 }, () => system().issue({}, keysPath)));
    }
    const sizes = await Promise.all(
      ['', '?limit=1', '?limit=100'].map(async (query) => (await system().call('GET', `${keysPath}${query}`)).body.items.length),
    );
    expect(sizes).toEqual([50, 1, 52]);
  });

  it('of an organization without keys are one, and empty', async () => {
    const id = await system().operator.createOrganization();
    const { body } = await system().call('GET', `/organizations/${id}/keys`);
    expect(body).toEqual({ items: [], nextCursor: null });
  });

  it('show keys masked, whatever is asked', async () => {
    const { keysPath } = await system().tenant();
    const { token } = await system().issue({}, keysPath);
    const { body } = await system().call('GET', keysPath);
    expect(body.items[0].maskedToken).toBe(`gw_live_${token.slice(8, 12)}…${token.slice(-4)}`);
    expect(JSON.stringify(body)).not.toContain(token.slice(20));
  });

  it('refuse a cursor that this list has not given', async () => {
    const [one, other] = [await system().tenant(), await system().tenant()];
    await system().issue({}, other.keysPath);
    const { body } = await system().call('GET', `${other.keysPath}?limit=1`);
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const foreign = [body.nextCursor, 'x', encode({}), encode([]), encode([`keys:${one.id}`]), encode([`keys:${one.id}`, 1, 2]), `${body.nextCursor}AAAA`, '%F0%9F%9A%80'];
    for (const cursor of foreign) expectProblem(await system().call('GET', `${one.keysPath}?cursor=${cursor}`), 400, 'invalid_cursor');
  });
});

describe('a key that is not there', () => {
  it('and one of another organization are the same 404', async () => {
    const [mine, other] = [await system().tenant(), await system().tenant()];
    const { key } = await system().issue({}, other.keysPath);
    const bodies = { GET: undefined, PATCH: { name: 'X' } };
    for (const [method, body] of Object.entries(bodies)) {
      const at = (keyId: string) => system().call(method, `${mine.keysPath}/${keyId}`, { token: mine.token, ...(body && { body }) });
      const [foreign, never] = [await at(key.id), await at('key_000000000000')];
      expect({ ...expectProblem(foreign, 404, 'not_found'), instance: '' }).toEqual({ ...expectProblem(never, 404, 'not_found'), instance: '' });
      const direct = await system().call(method, `${other.keysPath}/${key.id}`, { token: mine.token, ...(body && { body }) });
      expect({ ...expectProblem(direct, 404, 'not_found'), instance: '' }).toEqual({ ...never.body, instance: '' });
    }
  });

  it.each([
    ['a null', '%00'],
    ['dots', 'key_%2e%2e'],
    ['a rocket', '%F0%9F%9A%80'],
    ['a number sign', 'KEY%23x'],
    ['3,000 characters', 'key_'.padEnd(3000, 'x')],
  ])('and whose id holds %s is a 404', async (_what, keyId) => {
    expectProblem(await system().call('GET', `${system().keysPath}/${keyId}`), 404, 'not_found');
  });
});
