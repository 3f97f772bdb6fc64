import { beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import { awayFromBoundary } from '../support/windows.ts';

const system = useSystem();

beforeEach(() => awayFromBoundary(system(), 3600));

const limited = (limit: number, windowSec = 3600) => system().issue({ rateLimit: { limit, windowSec } });
const statuses = async (token: string, count: number): Promise<number[]> => {
  const found: number[] = [];
  for (let call = 0; call < count; call += 1) found.push((await system().example(token)).status);
  return found;
};

describe('a key’s limit', () => {
  it('lets exactly as many requests through in a window, and answers 429 for the rest of it', async () => {
    const { token } = await limited(5);
    expect(await statuses(token, 8)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  });

  it('is told: how much is left, and when it is over how long to wait', async () => {
    const { token } = await limited(2);
    const first = await system().example(token);
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=2;w=3600');
    expect(first.headers.get('ratelimit')).toMatch(/^"default";r=1;t=\d{1,4}$/);
    expect((await system().example(token)).headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d{1,4}$/);
    const refused = await system().example(token);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(3601);
    expect(refused.body).toMatchObject({ status: 429, code: 'rate_limited', type: 'https://gatewarden.dev/errors/rate_limited' });
  });

  it('begins anew with the next window', async () => {
    awayFromBoundary(system(), 60);
    const { token } = await limited(1, 60);
    expect(await statuses(token, 2)).toEqual([200, 429]);
    system().platform.clock.advance(61_000);
    expect(await statuses(token, 2)).toEqual([200, 429]);
  });

  it('is each key’s own', async () => {
    const [one, other] = [await limited(1), await limited(1)];
    expect([...(await statuses(one.token, 2)), ...(await statuses(other.token, 2))]).toEqual([200, 429, 200, 429]);
  });

  it('holds for requests at the same time', async () => {
    const { token } = await limited(7);
    const answers = await Promise.all(Array.from({ length: 40 }, () => system().example(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(33);
  });

  it('can be raised, and from then on lets more through', async () => {
    const { key, token } = await limited(1);
    expect(await statuses(token, 2)).toEqual([200, 429]);
    await system().call('PATCH', `${system().keysPath}/${key.id}`, { body: { rateLimit: { limit: 3, windowSec: 3600 } } });
    expect(await statuses(token, 3)).toEqual([200, 200, 429]);
  });
});

describe('a plan’s quota of a month', () => {
  const onTrial = async () => {
    const tenant = await system().tenant({ plan: 'trial' });
    return { tenant, ...(await system().issue({}, tenant.keysPath)) };
  };
  /** As if so many requests had passed in this month. */
  const used = async (subjectId: string, count: number): Promise<void> => {
    const month = new Date(system().platform.clock.nowMs()).toISOString().slice(0, 7);
    await system().operator.putUsage({ pk: `QUOTA#${subjectId}`, sk: month, used: count, purgeAt: 4_000_000_000 });
  };

  it('ends a key’s requests at its number, with the code quota_exceeded, until the next month', async () => {
    const { key, token } = await onTrial();
    await used(key.id, 998);
    expect(await statuses(token, 2)).toEqual([200, 200]);
    const refused = await system().example(token);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ status: 429, code: 'quota_exceeded', detail: expect.stringContaining('1000 requests a month for its key') });
    expect(refused.headers.get('ratelimit-policy')).toMatch(/^"key-month";q=1000;w=\d{7}$/);
    expect((await system().call('POST', '/keys/verify', { body: { token } })).body).toMatchObject({ valid: false, code: 'quota_exceeded' });
    system().platform.clock.advance(31 * 86_400_000);
    expect(await statuses(token, 1)).toEqual([200]);
  });

  it('ends those of all keys of an organization together, and nobody else’s', async () => {
    const { tenant, token } = await onTrial();
    const second = await system().issue({}, tenant.keysPath);
    const elsewhere = await onTrial();
    await used(tenant.id, 1_999);
    expect(await statuses(token, 1)).toEqual([200]);
    for (const one of [token, second.token]) {
      expect((await system().example(one)).body).toMatchObject({ code: 'quota_exceeded', detail: expect.stringContaining('2000 requests a month for its organization') });
    }
    expect(await statuses(elsewhere.token, 1)).toEqual([200]);
  });
});

describe('a limit is not got around', () => {
  it('by carrying the token in another header', async () => {
    const { token } = await limited(1);
    expect(await statuses(token, 1)).toEqual([200]);
    for (const headers of [{ Authorization: `Bearer ${token}` }, { Authorization: `x-api-key ${token}` }, { 'x-api-key': token }, { 'X-API-KEY': token, 'X-Forwarded-For': '203.0.113.9' }]) {
      expect((await system().example(null, { headers })).status).toBe(429);
    }
  });

  it('by rotating the key', async () => {
    const { key, token } = await limited(2);
    expect(await statuses(token, 1)).toEqual([200]);
    const rotated = await system().call('POST', `${system().keysPath}/${key.id}/rotate`, { body: {} });
    expect(await statuses(rotated.body.token, 2)).toEqual([200, 429]);
    expect(await statuses(token, 1)).toEqual([429]);
  });

  it('by asking POST /keys/verify in between', async () => {
    const { token } = await limited(2);
    const verify = async (): Promise<Json> => (await system().call('POST', '/keys/verify', { body: { token } })).body;
    expect(await verify()).toMatchObject({ valid: true, code: null });
    expect(await statuses(token, 2)).toEqual([200, 429]);
    expect(await verify()).toMatchObject({ valid: false, code: 'rate_limited', key: expect.anything() });
  });

  it('nor does it stand before a refusal: a revoked key is a 401, one without the scope a 403', async () => {
    const { key, token } = await limited(1);
    expect((await system().example(token, { method: 'POST', body: {} })).status).toBe(403);
    expect(await statuses(token, 2)).toEqual([200, 429]);
    await system().call('POST', `${system().keysPath}/${key.id}/revoke`, { body: { reason: 'retired' } });
    expect(await statuses(token, 1)).toEqual([401]);
  });
});
