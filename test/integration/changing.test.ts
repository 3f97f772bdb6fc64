import { describe, expect, it } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';
import type { CallOptions } from '../support/system.ts';

const system = useSystem();

function patch(keyId: string, body: object, options: CallOptions = {}) {
  return system().call('PATCH', `${system().keysPath}/${keyId}`, { body, ...options });
}

async function eventCount(): Promise<number> {
  return (await eventsOf(system().operator, system().organizationId)).length;
}

describe('a change of a key', () => {
  it('sets every field that it names, leaves the others alone, and moves the version', async () => {
    const { key } = await system().issue({ tags: { a: '1' } });
    const response = await patch(key.id, {
      name: 'New name',
      description: 'New text',
      scopes: ['orders:write'],
      active: false,
      owner: { name: 'Ada' },
      tags: { b: '2' },
      rotateBy: '2027-01-01T00:00:00Z',
      allowedIps: ['192.0.2.1'],
      rateLimit: { limit: 5, windowSec: 1 },
      expiresAt: '2027-02-01T00:00:00Z',
    });
    expect(response.body).toEqual({
      ...key,
      name: 'New name',
      description: 'New text',
      scopes: ['orders:write'],
      active: false,
      status: 'inactive',
      owner: { name: 'Ada', email: null },
      tags: { b: '2' },
      rotateBy: '2027-01-01T00:00:00.000Z',
      allowedIps: ['192.0.2.1'],
      rateLimit: { limit: 5, windowSec: 1 },
      expiresAt: '2027-02-01T00:00:00.000Z',
      updatedAt: expect.any(String),
      version: 2,
    });
    expect(Date.parse(response.body.updatedAt)).toBeGreaterThan(Date.parse(key.updatedAt));
    expect(response.headers.get('etag')).toBe('"2"');
    expect((await patch(key.id, { name: 'Third' })).body).toEqual({ ...response.body, name: 'Third', updatedAt: expect.any(String), version: 3 });
    expect((await system().call('GET', `${system().keysPath}/${key.id}`)).body).toMatchObject({ name: 'Third', version: 3, scopes: ['orders:write'] });
  });

  it('clears with null what may be absent', async () => {
    const { key } = await system().issue({
      description: 'x',
      owner: { name: 'A' },
      tags: { a: '1' },
      rotateBy: '2027-01-01T00:00:00Z',
      allowedIps: ['192.0.2.1'],
      rateLimit: { limit: 5, windowSec: 1 },
    });
    const { body } = await patch(key.id, { description: null, owner: null, tags: null, rotateBy: null, allowedIps: null, rateLimit: null });
    expect(body).toMatchObject({ description: null, owner: null, tags: {}, rotateBy: null, allowedIps: null, rateLimit: null, version: 2 });
  });

  it('that changes nothing is answered, and moves neither version nor time, nor writes an event', async () => {
    const { key } = await system().issue({ tags: { a: '1' }, owner: { name: 'A' } });
    const before = await system().operator.snapshot();
    const response = await patch(key.id, { name: 'Test key', active: true, tags: { a: '1' }, owner: { name: 'A' }, scopes: ['orders:read'] });
    expect(response.status).toBe(200);
    expect(response.body).toEqual(key);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('is felt by the very next request: switched off, on again, and without a scope', async () => {
    const { key, token } = await system().issue();
    expect((await system().example(token)).status).toBe(200);
    await patch(key.id, { active: false });
    expectProblem(await system().example(token), 401, 'unauthorized');
    await patch(key.id, { active: true });
    expect((await system().example(token)).status).toBe(200);
    await patch(key.id, { scopes: ['orders:write'] });
    expectProblem(await system().example(token), 403, 'insufficient_scope');
    const events = await eventsOf(system().operator, system().organizationId);
    expect(events.slice(-3).map(({ type }) => type)).toEqual(['key.deactivated', 'key.activated', 'key.updated']);
  });

  it('of a revoked key is refused, also one that would change nothing', async () => {
    const { key } = await system().issue();
    await system().call('POST', `${system().keysPath}/${key.id}/revoke`, { body: { reason: 'retired' } });
    const before = await system().operator.snapshot();
    for (const body of [{ name: 'Other' }, { name: 'Test key' }, { active: true }, { expiresInDays: 30 }]) {
      expectProblem(await patch(key.id, body), 409, 'key_revoked');
    }
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('renews an expired key, whose token works again', async () => {
    const { key, token } = await system().issue({ expiresInDays: 1 });
    system().platform.clock.advance(86_400_000);
    expectProblem(await system().example(token), 401, 'unauthorized');
    expect((await patch(key.id, { name: 'Still dead' })).body.status).toBe('expired');
    const { body } = await patch(key.id, { expiresInDays: 30 });
    expect(body.status).toBe('active');
    expect(Date.parse(body.expiresAt) - Date.parse(body.updatedAt)).toBe(30 * 86_400_000);
    expect((await system().example(token)).status).toBe(200);
  });

  it('obeys the expiry policy and the scopes of the product', async () => {
    const { key } = await system().issue();
    const before = await eventCount();
    expectProblem(await patch(key.id, { expiresInDays: 366 }), 403, 'expiry_not_allowed');
    expectProblem(await patch(key.id, { neverExpires: true }), 403, 'expiry_not_allowed');
    expectProblem(await patch(key.id, { scopes: ['orders:read', 'invoices:read'] }), 400, 'invalid_request', ['scopes[1]']);
    expectProblem(await patch(key.id, { expiresAt: '2020-01-01T00:00:00Z' }), 400, 'invalid_request', ['expiresAt']);
    expectProblem(await patch(key.id, { rotateBy: '2020-01-01T00:00:00Z' }), 400, 'invalid_request', ['rotateBy']);
    expect(await eventCount()).toBe(before);
  });

  it('names the place of an undeclared permission among those that a management key has', async () => {
    const { key } = await system().issue({ product: 'gatewarden', scopes: ['keys:read'] });
    expectProblem(await patch(key.id, { scopes: ['keys:read', 'keys:none'] }), 400, 'invalid_request', ['scopes[1]']);
  });

  it('by ten callers at once, each of another field, loses none of them', async () => {
    const { key } = await system().issue();
    const bodies = [
      { name: 'N' },
      { description: 'D' },
      { active: false },
      { owner: { name: 'O' } },
      { tags: { t: 'T' } },
      { rotateBy: '2027-01-01T00:00:00Z' },
      { allowedIps: ['::1'] },
      { rateLimit: { limit: 1, windowSec: 1 } },
      { scopes: [] },
      { expiresAt: '2027-01-01T00:00:00Z' },
    ];
    const answers = await Promise.all(bodies.map((body) => patchUntilTaken(key.id, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const { body } = await system().call('GET', `${system().keysPath}/${key.id}`);
    expect(body).toMatchObject({ name: 'N', description: 'D', active: false, owner: { name: 'O', email: null }, tags: { t: 'T' }, scopes: [], version: 11 });
    expect(body).toMatchObject({ rotateBy: '2027-01-01T00:00:00.000Z', allowedIps: ['::1'], rateLimit: { limit: 1, windowSec: 1 } });
  });
});

/** Again while others are faster, as `Retry-After` of a 409 `request_in_progress` says. */
async function patchUntilTaken(keyId: string, body: object) {
  for (;;) {
    const response = await patch(keyId, body);
    if (response.status !== 409) return response;
    expectProblem(response, 409, 'request_in_progress');
    expect(response.headers.get('retry-after')).toBe('1');
  }
}

describe('If-Match', () => {
  it.each([['"1"'], ['*'], ['"7", "1"'], ['"x","1"']])('%s lets a change of version 1 through', async (ifMatch) => {
    const { key } = await system().issue();
    expect((await patch(key.id, { name: 'Changed' }, { headers: { 'If-Match': ifMatch } })).body.version).toBe(2);
  });

  it.each([['"2"'], ['"0"'], ['W/"1"'], ['"7", "8"'], ['""'], ['"01"']])('%s refuses a change of version 1, and says which it is', async (ifMatch) => {
    const { key } = await system().issue();
    const problem = expectProblem(await patch(key.id, { name: 'Changed' }, { headers: { 'If-Match': ifMatch } }), 412, 'version_mismatch');
    expect(problem.version).toBe(1);
    expect((await system().call('GET', `${system().keysPath}/${key.id}`)).body).toEqual(key);
  });

  it.each([['1'], ['"1'], ['version 1'], ['"1" "2"'], ['*, "1"']])('%s is malformed', async (ifMatch) => {
    const { key } = await system().issue();
    expectProblem(await patch(key.id, { name: 'Changed' }, { headers: { 'If-Match': ifMatch } }), 400, 'invalid_request', ['if-match']);
  });

  it('lets exactly one of ten changes of the same version through', async () => {
    const { key } = await system().issue();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => patch(key.id, { name: `Name ${index}` }, { headers: { 'If-Match': '"1"' } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412, 412, 412]);
  });
});
