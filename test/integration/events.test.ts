import { describe, expect, it } from 'vitest';
import { eventsOf, faultsOfChain, withBlockedChain } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const body = { name: 'K', product: 'orders', environment: 'live', scopes: ['orders:read'] };

async function newEvents(organizationId: string, since: readonly unknown[]): Promise<Json[]> {
  return (await eventsOf(system().operator, organizationId)).slice(since.length);
}

describe('every change', () => {
  it('is one event, which says who, from where, with what request, and which fields', async () => {
    const tenant = await system().tenant();
    const before = await eventsOf(system().operator, tenant.id);
    const headers = { 'User-Agent': 'curl/8.5.0 (test)' };
    const { token } = tenant;
    const answers = [await system().call('POST', tenant.keysPath, { token, body: { ...body, tags: { a: '1' }, expiresAt: '2027-01-31T00:00:00Z' }, headers })];
    const path = `${tenant.keysPath}/${answers[0]?.body.key.id}`;
    answers.push(
      await system().call('PATCH', path, { token, body: { name: 'New', tags: { a: '2' } }, headers }),
      await system().call('PATCH', path, { token, body: { active: false, description: 'Off.' }, headers }),
      await system().call('PATCH', path, { token, body: { active: true }, headers }),
      await system().call('POST', `${path}/revoke`, { token, body: { reason: 'retired' }, headers }),
    );
    const events = await newEvents(tenant.id, before);
    expect(events.map(({ type }) => type)).toEqual(['key.created', 'key.updated', 'key.deactivated', 'key.activated', 'key.revoked']);
    for (const [index, event] of events.entries()) {
      expect(event).toMatchObject({
        id: expect.stringMatching(/^evt_[0-9A-Za-z]{20}$/),
        organizationId: tenant.id,
        actor: { type: 'management_key', id: tenant.keyId, name: 'Tenant automation' },
        keyId: answers[0]?.body.key.id,
        ip: '127.0.0.1',
        userAgent: 'curl/8.5.0 (test)',
        requestId: answers[index]?.headers.get('x-request-id'),
      });
    }
    expect(events.map(({ changes }) => changes)).toEqual([
      [
        { field: 'name', from: null, to: 'K' },
        { field: 'product', from: null, to: 'orders' },
        { field: 'environment', from: null, to: 'live' },
        { field: 'scopes', from: null, to: ['orders:read'] },
        { field: 'active', from: null, to: true },
        { field: 'tags', from: null, to: { a: '1' } },
        { field: 'expiresAt', from: null, to: '2027-01-31T00:00:00.000Z' },
      ],
      [
        { field: 'name', from: 'K', to: 'New' },
        { field: 'tags', from: { a: '1' }, to: { a: '2' } },
      ],
      [
        { field: 'description', from: null, to: 'Off.' },
        { field: 'active', from: true, to: false },
      ],
      [{ field: 'active', from: false, to: true }],
      [
        { field: 'revokedAt', from: null, to: answers[4]?.body.revokedAt },
        { field: 'revocationReason', from: null, to: 'retired' },
      ],
    ]);
    expect(await faultsOfChain(system().operator, tenant.id)).toEqual([]);
  });

  it('of two keys, a rotation, is two events of one request, next to each other', async () => {
    const { key } = await system().issue();
    const before = await eventsOf(system().operator, system().organizationId);
    const response = await system().call('POST', `${system().keysPath}/${key.id}/rotate`, { body: { gracePeriodHours: 0 } });
    const events = await newEvents(system().organizationId, before);
    expect(events.map(({ type, keyId, requestId }) => [type, keyId, requestId])).toEqual([
      ['key.rotated', key.id, response.headers.get('x-request-id')],
      ['key.created', response.body.key.id, response.headers.get('x-request-id')],
    ]);
    expect(events[0].changes.map(({ field }: { field: string }) => field)).toEqual(['expiresAt', 'replacedBy']);
    expect(events[1].changes).toContainEqual({ field: 'replaces', from: null, to: key.id });
    expect(events[1].sequence).toBe(events[0].sequence + 1);
  });

  it('keeps its request id, whatever id the client chose', async () => {
    const headers = { 'x-amzn-requestid': 'chosen', 'X-Request-Id': 'chosen' };
    const response = await system().call('POST', system().keysPath, { body, headers });
    const [event] = (await eventsOf(system().operator, system().organizationId)).slice(-1);
    expect(event.requestId).toBe(response.headers.get('x-request-id'));
    expect(event.requestId).not.toBe('chosen');
  });

  it('was recorded from the deployment on, which made the organization and its root key', async () => {
    const [first, second] = await eventsOf(system().operator, system().organizationId);
    const actor = { type: 'system', id: 'bootstrap', name: 'Deployment' };
    expect(first).toMatchObject({ sequence: 1, type: 'organization.created', actor, requestId: null });
    expect(second).toMatchObject({ sequence: 2, type: 'key.created', actor });
  });
});

describe('the chain of events', () => {
  it('has no gap, no fork and no false link after 30 changes at once', async () => {
    const { id, keysPath } = await system().tenant();
    const keys = [];
    for (let count = 0; count < 10; count += 1) keys.push((await system().issue({}, keysPath)).key.id);
    const before = await eventsOf(system().operator, id);
    const changes: [string, string, object | undefined][] = keys.flatMap((keyId, index): [string, string, object | undefined][] => [
      ['POST', keysPath, { ...body, name: `New ${index}` }],
      ['PATCH', `${keysPath}/${keyId}`, { name: `Changed ${index}` }],
      index % 2 === 0 ? ['POST', `${keysPath}/${keyId}/revoke`, { reason: 'retired' }] : ['POST', `${keysPath}/${keyId}/rotate`, undefined],
    ]);
    const answers = await Promise.all(changes.map(([method, path, sent]) => callUntilTaken(method, path, sent)));
    // A key that was revoked a moment before cannot be changed any more: a refusal, and no event.
    const done = answers.filter(({ status }) => status < 300);
    for (const { status, body: refusal } of answers.filter((answer) => answer.status >= 300)) expect([status, refusal.code]).toEqual([409, 'key_revoked']);
    const rotations = done.filter((answer) => typeof answer.body.key?.replaces === 'string').length;
    expect(rotations).toBe(5);
    expect(await newEvents(id, before)).toHaveLength(done.length + rotations);
    expect(done.length).toBeGreaterThanOrEqual(25);
    expect(await faultsOfChain(system().operator, id)).toEqual([]);
  });

  it('shows that one of its events was changed, or taken away', async () => {
    const { id, keysPath } = await system().tenant();
    await system().issue({}, keysPath);
    await system().issue({}, keysPath);
    const second = await system().operator.get(`EVENTS#${id}`, 'EVENT#000000000002');
    await system().operator.put({ ...second, actor: { type: 'management_key', id: 'key_000000000000', name: 'Somebody else' } });
    expect(await faultsOfChain(system().operator, id)).toEqual(['event 2 has another hash']);
    await system().operator.remove(`EVENTS#${id}`, 'EVENT#000000000002');
    expect(await faultsOfChain(system().operator, id)).not.toEqual([]);
  });
});

/** Again while others are faster, as `Retry-After` says. */
async function callUntilTaken(method: string, path: string, sent: object | undefined) {
  for (;;) {
    const response = await system().call(method, path, { body: sent });
    if (response.body.code !== 'request_in_progress') return response;
  }
}

describe('a change whose event cannot be written', () => {
  it('does not happen, and can be tried again', async () => {
    const tenant = await system().tenant();
    const keys: Json[] = [];
    for (let count = 0; count < 3; count += 1) keys.push((await system().issue({}, tenant.keysPath)).key);
    await withBlockedChain(system().operator, tenant.id, async () => {
      const before = await system().operator.snapshot();
      const answers = await Promise.all([
        system().call('POST', tenant.keysPath, { body, headers: { 'Idempotency-Key': 'blocked' } }),
        system().call('PATCH', `${tenant.keysPath}/${keys[0].id}`, { body: { name: 'New' } }),
        system().call('POST', `${tenant.keysPath}/${keys[1].id}/rotate`),
        system().call('POST', `${tenant.keysPath}/${keys[2].id}/revoke`, { body: { reason: 'retired' } }),
      ]);
      for (const answer of answers) {
        expectProblem(answer, 409, 'request_in_progress');
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      expect(await system().operator.snapshot()).toEqual(before);
    });
    const again = await system().call('POST', tenant.keysPath, { body, headers: { 'Idempotency-Key': 'blocked' } });
    expect(again.body.token).toMatch(/^gw_live_/);
    expect(await faultsOfChain(system().operator, tenant.id)).toEqual([]);
  });
});
