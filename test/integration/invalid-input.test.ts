import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';
import type { CallOptions } from '../support/system.ts';
import type { TestResponse } from '../support/respondsAsDeclared.ts';

const system = useSystem();
const valid = { name: 'K', product: 'orders', environment: 'live', scopes: ['orders:read'] };
let keyId = '';

beforeAll(async () => {
  keyId = (await system().issue()).key.id;
});

/** Sends something, which must leave every table as it was. */
async function withoutTrace(send: () => Promise<TestResponse>): Promise<TestResponse> {
  const before = await system().operator.snapshot();
  const response = await send();
  expect(await system().operator.snapshot()).toEqual(before);
  return response;
}

const send = (method: string, path: string, options: CallOptions) => withoutTrace(() => system().call(method, `${system().keysPath}${path}`, options));

/** Cases with a name of bearable length before them. */
function named(cases: readonly (readonly [object, string])[]): [string, object, string][] {
  return cases.map(([fields, path]) => [JSON.stringify(fields).slice(0, 60), fields, path]);
}

/** Values that a setting of keys, common to issue and change, does not take, and where the fault lies. */
const badSettings: [object, string][] = [
  [{ name: '' }, 'name'],
  [{ name: '   ' }, 'name'],
  [{ name: 'x'.repeat(81) }, 'name'],
  [{ name: 'a\nb' }, 'name'],
  [{ name: 'a\u0000b' }, 'name'],
  [{ name: '\ud800' }, 'name'],
  [{ name: 7 }, 'name'],
  [{ name: null }, 'name'],
  [{ description: 'x'.repeat(1001) }, 'description'],
  [{ description: '\udc00' }, 'description'],
  [{ description: ['x'] }, 'description'],
  [{ scopes: 'orders:read' }, 'scopes'],
  [{ scopes: null }, 'scopes'],
  [{ scopes: ['orders:read', 'orders:read'] }, 'scopes'],
  [{ scopes: ['orders:read', 'orders'] }, 'scopes[1]'],
  [{ scopes: ['orders:delete'] }, 'scopes[0]'],
  [{ scopes: ['orders:read', 'keys:read'] }, 'scopes[1]'],
  [{ scopes: ['orders:read', 1] }, 'scopes[1]'],
  [{ scopes: Array.from({ length: 101 }, (_, index) => `orders:s${index}`) }, 'scopes'],
  [{ active: 'true' }, 'active'],
  [{ active: null }, 'active'],
  [{ expiresInDays: 0 }, 'expiresInDays'],
  [{ expiresInDays: 3651 }, 'expiresInDays'],
  [{ expiresInDays: 1.5 }, 'expiresInDays'],
  [{ expiresInDays: '30' }, 'expiresInDays'],
  [{ expiresInDays: -1 }, 'expiresInDays'],
  [{ expiresInDays: null }, 'expiresInDays'],
  [{ expiresAt: 'tomorrow' }, 'expiresAt'],
  [{ expiresAt: '2027-01-31' }, 'expiresAt'],
  [{ expiresAt: '2027-02-30T00:00:00Z' }, 'expiresAt'],
  [{ expiresAt: '2027-01-31T12:00:00' }, 'expiresAt'],
  [{ expiresAt: '9999-12-31T23:59:59-23:59' }, 'expiresAt'],
  [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  [{ expiresAt: 1_800_000_000_000 }, 'expiresAt'],
  [{ neverExpires: false }, 'neverExpires'],
  [{ neverExpires: 'yes' }, 'neverExpires'],
  [{ expiresInDays: 30, neverExpires: true }, 'expiresAt'],
  [{ expiresInDays: 30, expiresAt: '2027-01-31T12:00:00Z' }, 'expiresAt'],
  [{ owner: 'Ada' }, 'owner'],
  [{ owner: { name: '' } }, 'owner.name'],
  [{ owner: { name: 'x'.repeat(81) } }, 'owner.name'],
  [{ owner: { email: 'not an address' } }, 'owner.email'],
  [{ owner: { email: `${'x'.repeat(250)}@example.com` } }, 'owner.email'],
  [{ owner: { phone: '1' } }, 'owner.phone'],
  [{ tags: ['a'] }, 'tags'],
  [{ tags: { a: '' } }, 'tags.a'],
  [{ tags: { a: 1 } }, 'tags.a'],
  [{ tags: { a: 'x'.repeat(257) } }, 'tags.a'],
  [{ tags: { 'with space': 'x' } }, 'tags.with space'],
  [{ tags: { _a: 'x' } }, 'tags._a'],
  [{ tags: { ['x'.repeat(65)]: 'x' } }, `tags.${'x'.repeat(65)}`],
  [{ tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'x'])) }, 'tags'],
  [{ rotateBy: 'soon' }, 'rotateBy'],
  [{ rotateBy: '2020-01-01T00:00:00Z' }, 'rotateBy'],
  [{ allowedIps: [] }, 'allowedIps'],
  [{ allowedIps: '192.0.2.1' }, 'allowedIps'],
  [{ allowedIps: ['192.0.2.1', '192.0.2.0/33'] }, 'allowedIps[1]'],
  [{ allowedIps: ['192.0.2.256'] }, 'allowedIps[0]'],
  [{ allowedIps: ['example.com'] }, 'allowedIps[0]'],
  [{ allowedIps: ['2001:db8::/129'] }, 'allowedIps[0]'],
  [{ allowedIps: ['fe80::1%eth0'] }, 'allowedIps[0]'],
  [{ allowedIps: Array.from({ length: 51 }, (_, index) => `192.0.2.${index}`) }, 'allowedIps'],
  [{ rateLimit: { limit: 0, windowSec: 60 } }, 'rateLimit.limit'],
  [{ rateLimit: { limit: 1.5, windowSec: 60 } }, 'rateLimit.limit'],
  [{ rateLimit: { limit: 1_000_000_001, windowSec: 60 } }, 'rateLimit.limit'],
  [{ rateLimit: { limit: 1, windowSec: 86_401 } }, 'rateLimit.windowSec'],
  [{ rateLimit: { limit: 1 } }, 'rateLimit.windowSec'],
  [{ rateLimit: { limit: 1, windowSec: 1, burst: 2 } }, 'rateLimit.burst'],
  [{ rateLimit: 5 }, 'rateLimit'],
  [{ status: 'active' }, 'status'],
  [{ id: 'key_000000000000' }, 'id'],
  [{ organizationId: 'org_1' }, 'organizationId'],
  [{ constructor: 1 }, 'constructor'],
];

describe('issuing refuses', () => {
  it.each(named([
    ...badSettings,
    [{ product: 'nothing' }, 'product'],
    [{ product: '' }, 'product'],
    [{ product: 'constructor' }, 'product'],
    [{ product: null }, 'product'],
    [{ environment: 'prod' }, 'environment'],
    [{ environment: 'LIVE' }, 'environment'],
    [{ product: 'gatewarden', environment: 'test', scopes: ['keys:read'] }, 'environment'],
    [{ tags: null }, 'tags'],
  ]))('%s', async (_name, fields, path) => {
    expectProblem(await send('POST', '', { body: { ...valid, ...fields } }), 400, 'invalid_request', [path]);
  });

  it.each(Object.keys(valid))('a body without %s', async (field) => {
    expectProblem(await send('POST', '', { body: { ...valid, [field]: undefined } }), 400, 'invalid_request', [field]);
  });

  it('several faults at once, each by name', async () => {
    const body = { ...valid, name: '', scopes: ['x'], extra: 1 };
    const problem = expectProblem(await send('POST', '', { body }), 400, 'invalid_request', ['name', 'scopes[0]', 'extra']);
    expect(problem.errors[0].message).toBe('Name must be 1–80 characters, got 0.');
    expect(problem.detail).toContain('name, scopes[0], extra');
  });

  it.each([['of 256 characters', 'x'.repeat(256)], ['of two words', 'two words'], ['beyond ASCII', 'ümlaut'], ['without a character', '']])('an Idempotency-Key %s', async (_kind, key) => {
    const headers = { 'Idempotency-Key': Buffer.from(key).toString('latin1') };
    expectProblem(await send('POST', '', { body: valid, headers }), 400, 'invalid_request', ['idempotency-key']);
  });
});

describe('changing refuses', () => {
  const fixed = [[{ product: 'orders' }, 'product'], [{ environment: 'live' }, 'environment'], [{}, '']] as const;
  it.each(named([...badSettings, ...fixed]))('%s', async (_name, body, path) => {
    expectProblem(await send('PATCH', `/${keyId}`, { body }), 400, 'invalid_request', [path]);
  });
});

describe('rotating, revoking and verifying refuse', () => {
  it.each<[string, object, string]>([
    ['rotate', { gracePeriodHours: -1 }, 'gracePeriodHours'],
    ['rotate', { gracePeriodHours: 0.5 }, 'gracePeriodHours'],
    ['rotate', { gracePeriodHours: '24' }, 'gracePeriodHours'],
    ['rotate', { expiresInDays: 30, neverExpires: true }, 'expiresAt'],
    ['rotate', { name: 'New' }, 'name'],
    ['revoke', {}, 'reason'],
    ['revoke', { reason: 'bored' }, 'reason'],
    ['revoke', { reason: null }, 'reason'],
    ['revoke', { reason: 'retired', comment: 'x'.repeat(1001) }, 'comment'],
    ['revoke', { reason: 'retired', comment: 5 }, 'comment'],
    ['revoke', { reason: 'retired', why: 'x' }, 'why'],
  ])('%s %o', async (action, body, path) => {
    expectProblem(await send('POST', `/${keyId}/${action}`, { body }), 400, 'invalid_request', [path]);
  });

  it.each(named([
    [{}, 'token'],
    [{ token: null }, 'token'],
    [{ token: 'x'.repeat(1001) }, 'token'],
    [{ token: 'x', product: 1 }, 'product'],
    [{ token: 'x', product: 'x'.repeat(41) }, 'product'],
    [{ token: 'x', scopes: 'orders:read' }, 'scopes'],
    [{ token: 'x', scopes: ['x'.repeat(82)] }, 'scopes[0]'],
    [{ token: 'x', ip: '192.0.2.0/24' }, 'ip'],
    [{ token: 'x', ip: 'localhost' }, 'ip'],
    [{ token: 'x', environment: 'live' }, 'environment'],
  ]))('verify %s', async (_name, body, path) => {
    expectProblem(await withoutTrace(() => system().call('POST', '/keys/verify', { body })), 400, 'invalid_request', [path]);
  });
});

describe('a token that was pasted into the wrong field', () => {
  it('is refused before it is stored, with the field and without the token', async () => {
    const { token } = await system().issue();
    const body = { name: `Key ${token}`, product: 'orders', environment: 'live', scopes: [], tags: { team: token }, description: token };
    const refused = await withoutTrace(() => system().call('POST', system().keysPath, { body }));
    const problem = expectProblem(refused, 400, 'invalid_request', ['name', 'description', 'tags.team']);
    expect(JSON.stringify(problem)).not.toContain(token);
  });

  it('is refused in a query, too', async () => {
    const { token } = await system().issue();
    expectProblem(await system().call('GET', `${system().keysPath}?search=${token}`), 400, 'invalid_request', ['search']);
  });
});
