import { beforeEach, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import { awayFromBoundary } from '../support/windows.ts';

const system = useSystem();

beforeEach(() => awayFromBoundary(system(), 3600));

const usageOf = async (key: Json, query = ''): Promise<Json> => (await system().call('GET', `${system().keysPath}/${key.id}/usage${query}`)).body;
const keyOf = async (key: Json): Promise<Json> => (await system().call('GET', `${system().keysPath}/${key.id}`)).body;

describe('who uses which key', () => {
  it('shows soon, by status class, with the last use on the key and in the list', async () => {
    const { key, token } = await system().issue({ scopes: ['orders:read'] });
    expect(await keyOf(key)).toMatchObject({ lastUsedAt: null });
    for (const path of ['/orders', '/orders', '/orders/no-such-order', '/whoami']) await system().example(token, { path });
    await expect.poll(() => usageOf(key)).toMatchObject({
      granularity: 'hour',
      total: 4,
      items: [{ requests: 4, status: { '2xx': 3, '3xx': 0, '4xx': 1, '5xx': 0 }, refusals: {} }],
    });
    const { lastUsedAt } = await keyOf(key);
    expect(Math.abs(Date.parse(lastUsedAt) - system().platform.clock.nowMs())).toBeLessThan(60_000);
    const listed = await system().call('GET', `${system().keysPath}?limit=100`);
    expect(listed.body.items.find(({ id }: Json) => id === key.id)).toMatchObject({ lastUsedAt });
  });

  it('counts what is refused, by its code, each once', async () => {
    const { key, token } = await system().issue({ rateLimit: { limit: 2, windowSec: 3600 } });
    await system().example(token, { method: 'POST', body: {} });
    for (let call = 0; call < 3; call += 1) await system().example(token);
    await system().call('POST', `${system().keysPath}/${key.id}/revoke`, { body: { reason: 'compromised' } });
    await system().example(token);
    await system().example(token);
    await system().platform.settled();
    expect(await usageOf(key)).toMatchObject({
      total: 6,
      items: [{ requests: 6, status: { '2xx': 2, '3xx': 0, '4xx': 4, '5xx': 0 }, refusals: { insufficient_scope: 1, rate_limited: 1, revoked_key: 2 } }],
    });
  });

  it('counts what POST /keys/verify is asked about', async () => {
    const { key, token } = await system().issue();
    await system().call('POST', '/keys/verify', { body: { token, ip: '198.51.100.7' } });
    await system().call('POST', '/keys/verify', { body: { token, product: 'invoices' } });
    await system().platform.settled();
    expect(await usageOf(key)).toMatchObject({ total: 2, items: [{ status: { '2xx': 1, '4xx': 1 }, refusals: { wrong_product: 1 } }] });
  });

  it('counts management keys as well', async () => {
    const tenant = await system().tenant();
    await system().call('GET', tenant.keysPath, { token: tenant.token });
    await system().platform.settled();
    const seen = await system().call('GET', `${tenant.keysPath}/${tenant.keyId}`);
    expect(seen.body.lastUsedAt).not.toBeNull();
  });

  it('adds up over an organization, by the hour and by the day', async () => {
    const tenant = await system().tenant();
    const one = await system().issue({ product: 'orders' }, tenant.keysPath);
    const other = await system().issue({ product: 'orders' }, tenant.keysPath);
    for (const { token } of [one, one, other]) await system().example(token);
    await system().platform.settled();
    system().platform.clock.advance(3_600_000);
    await system().example(one.token);
    await system().platform.settled();
    const hours = await system().call('GET', `/organizations/${tenant.id}/usage`);
    expect(hours.body).toMatchObject({ total: 4, items: [{ requests: 3 }, { requests: 1 }] });
    const days = await system().call('GET', `/organizations/${tenant.id}/usage?granularity=day`);
    expect(days.body.total).toBe(4);
    expect(days.body.items.reduce((sum: number, { requests }: Json) => sum + requests, 0)).toBe(4);
  });

  it('a line that someone forges by what they send counts for nobody and breaks nothing', async () => {
    const { key, token } = await system().issue();
    const forged = `x","keyId":"${key.id}","status":"500`;
    const headers = { 'User-Agent': forged, 'X-Forwarded-For': forged, Referer: `{"message":"refused","keyId":"${key.id}"}` };
    await system().example(token, { headers, path: `/orders/${encodeURIComponent(forged)}` });
    await system().example(null, { headers });
    await system().platform.settled();
    expect(await usageOf(key)).toMatchObject({ total: 1, items: [{ requests: 1, status: { '5xx': 0 } }] });
  });
});

it.each([
  ['an unknown granularity', 'granularity=week', 'granularity'],
  ['an end before the start', 'from=2026-11-22T10:00:00Z&to=2026-11-22T09:00:00Z', 'from'],
  ['more hours than an answer holds', 'from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z', 'from'],
  ['a parameter that there is not', 'per=hour', 'per'],
])('%s is a 400 that names it', async (_, query, field) => {
  const { key } = await system().issue();
  for (const path of [`/organizations/${system().organizationId}/usage`, `${system().keysPath}/${key.id}/usage`]) {
    const { errors } = expectProblem(await system().call('GET', `${path}?${query}`), 400, 'invalid_request');
    expect(errors.map(({ path: at }: Json) => at)).toEqual([expect.stringContaining(field)]);
  }
});

describe('whether a rotated key can go', () => {
  const rotation = async (key: Json): Promise<Json> => (await system().call('GET', `${system().keysPath}/${key.id}/rotation`)).body;

  it('goes from not started over moving and quiet to safe, on evidence', async () => {
    const { key, token } = await system().issue({ expiresInDays: 90 });
    const rotated = await system().call('POST', `${system().keysPath}/${key.id}/rotate`, { body: { gracePeriodHours: 72 } });
    expect(await rotation(key)).toMatchObject({ keyId: key.id, successorId: rotated.body.key.id, verdict: 'not_started', requiredQuietHours: 24, lastUse: null });
    await system().example(token);
    await system().example(rotated.body.token);
    await system().platform.settled();
    expect(await rotation(key)).toMatchObject({ verdict: 'moving', quietSince: null, lastUse: { sourceIp: '127.0.0.1', route: 'GET /orders' }, items: [{ old: 1, new: 1 }] });
    system().platform.clock.advance(2 * 3_600_000);
    expect(await rotation(key)).toMatchObject({ verdict: 'quiet' });
    system().platform.clock.advance(23 * 3_600_000);
    expect(await rotation(key)).toMatchObject({ verdict: 'safe_to_revoke' });
  });

  it('with autoRevoke the sweep ends it once it has been quiet, and not before', async () => {
    const { key, token } = await system().issue({ expiresInDays: 90 });
    const rotated = await system().call('POST', `${system().keysPath}/${key.id}/rotate`, { body: { gracePeriodHours: 1, autoRevoke: true } });
    expect(await keyOf(key)).toMatchObject({ expiresAt: key.expiresAt });
    await system().example(rotated.body.token);
    system().platform.clock.advance(3 * 3_600_000);
    await system().example(token);
    await system().platform.settled();
    await system().platform.schedules.run('gatewarden-sweep-keys');
    expect((await system().example(token)).status).toBe(200);
    system().platform.clock.advance(25 * 3_600_000);
    // Nothing was counted of either key for a day: that is no evidence.
    await system().platform.schedules.run('gatewarden-sweep-keys');
    expect(await keyOf(key)).toMatchObject({ status: 'active' });
    await system().example(rotated.body.token);
    await system().platform.settled();
    await system().platform.schedules.run('gatewarden-sweep-keys');
    await system().platform.settled();
    expect(await keyOf(key)).toMatchObject({ status: 'revoked', revocationReason: 'superseded', revokedBy: { type: 'system', id: 'sweep', name: 'Sweep' } });
    expect((await system().example(token)).status).toBe(401);
    const events = await system().call('GET', `${system().keysPath}/${key.id}/events`);
    expect(events.body.items.map(({ type }: Json) => type)).toContain('key.still_in_use');
  });
});

it('autoRevoke is no way around the plan: the old key keeps its place', async () => {
  const tenant = await system().tenant();
  const { key } = await system().issue({ product: 'orders' }, tenant.keysPath);
  const rotated = await system().call('POST', `${tenant.keysPath}/${key.id}/rotate`, { body: { autoRevoke: true } });
  expect(await system().operator.placesOf(tenant.id)).toBe(3);
  await system().call('POST', `${tenant.keysPath}/${rotated.body.key.id}/revoke`, { body: { reason: 'retired' } });
  expect(await system().operator.placesOf(tenant.id)).toBe(2);
});

it('a key that nobody has used for 90 days is reported, once', async () => {
  const tenant = await system().tenant();
  const { key } = await system().issue({ name: 'Forgotten', expiresInDays: 300 }, tenant.keysPath);
  system().platform.clock.advance(91 * 86_400_000);
  for (const _ of [1, 2]) await system().platform.schedules.run('gatewarden-sweep-keys');
  await system().platform.settled();
  const events = await system().call('GET', `${tenant.keysPath}/${key.id}/events`);
  expect(events.body.items.filter(({ type }: Json) => type === 'key.unused')).toHaveLength(1);
});
