import { describe, expect, it } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

async function create(fields: object = {}): Promise<Json> {
  const response = await system().call('POST', '/organizations', { body: { name: 'Acme', plan: 'team', products: ['orders'], status: 'approved', ...fields } });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body;
}

const patch = (id: string, body: object, options: object = {}) => system().call('PATCH', `/organizations/${id}`, { body, ...options });

describe('a new organization', () => {
  it('waits for approval, on the first plan, with nothing enabled; until then nobody issues a key for it', async () => {
    const response = await system().call('POST', '/organizations', { body: { name: 'Acme' } });
    expect(response.status).toBe(201);
    const { id } = response.body;
    expect(response.body).toMatchObject({ name: 'Acme', status: 'pending', plan: 'free', products: [], version: 1, policy: { requirePin: false, defaultKeyLifetimeDays: 90 } });
    expect([response.headers.get('location'), response.headers.get('etag')]).toEqual([`/v1/organizations/${id}`, '"1"']);
    expect((await system().call('GET', `/organizations/${id}`)).body).toEqual(response.body);
    const key = { name: 'K', product: 'orders', environment: 'live', scopes: [] };
    expectProblem(await system().call('POST', `/organizations/${id}/keys`, { body: key }), 403, 'organization_not_approved');
    await patch(id, { status: 'approved' });
    expectProblem(await system().call('POST', `/organizations/${id}/keys`, { body: key }), 403, 'plan_lacks_m2m');
    await patch(id, { plan: 'team' });
    expectProblem(await system().call('POST', `/organizations/${id}/keys`, { body: key }), 403, 'product_not_enabled');
    await patch(id, { products: ['orders'] });
    expect((await system().call('POST', `/organizations/${id}/keys`, { body: key })).status).toBe(201);
    const types = (await eventsOf(system().operator, id)).map(({ type }) => type);
    expect(types).toEqual(['organization.created', 'organization.approved', 'organization.updated', 'organization.updated', 'key.created']);
  });

  it('is on record with all that it began with', async () => {
    const { id, policy } = await create();
    const [event] = await eventsOf(system().operator, id);
    expect(event).toMatchObject({
      sequence: 1,
      type: 'organization.created',
      actor: { type: 'management_key', name: 'Root management key 1' },
      changes: [
        { field: 'name', from: null, to: 'Acme' },
        { field: 'status', from: null, to: 'approved' },
        { field: 'plan', from: null, to: 'team' },
        { field: 'products', from: null, to: ['orders'] },
        { field: 'policy', from: null, to: policy },
      ],
    });
  });
});

describe('organizations', () => {
  it('are listed to the operator newest first, page by page, by status', async () => {
    const made: string[] = [];
    for (let count = 0; count < 3; count += 1) made.push((await create({ status: 'pending' })).id);
    const first = await system().call('GET', '/organizations?limit=2');
    expect(first.body.items.map(({ id }: Json) => id)).toEqual([made[2], made[1]]);
    const second = await system().call('GET', `/organizations?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body.items[0].id).toBe(made[0]);
    const pending = await system().call('GET', '/organizations?status=pending&limit=100');
    expect(pending.body.items.map(({ status }: Json) => status)).not.toContain('approved');
    expect(pending.body.items.map(({ id }: Json) => id)).toEqual(expect.arrayContaining(made));
    const approved = await system().call('GET', '/organizations?status=approved&limit=100');
    expect(approved.body.items.map(({ id }: Json) => id)).toContain(system().organizationId);
    expectProblem(await system().call('GET', '/organizations?cursor=x'), 400, 'invalid_cursor');
    expectProblem(await system().call('GET', '/organizations?status=closed'), 400, 'invalid_request', ['status']);
  });
});

describe('changing an organization', () => {
  it('keeps what is not named, and is one event with what is another', async () => {
    const { id, policy } = await create();
    const response = await patch(id, { name: 'Acme Ltd', policy: { timeZone: 'Europe/Berlin', mailOn: { created: false } } }, { headers: { 'If-Match': '"1"' } });
    const changed = { ...policy, timeZone: 'Europe/Berlin', mailOn: { ...policy.mailOn, created: false } };
    expect(response.body).toMatchObject({ name: 'Acme Ltd', status: 'approved', plan: 'team', policy: changed, version: 2 });
    expect(response.headers.get('etag')).toBe('"2"');
    expect((await eventsOf(system().operator, id)).at(-1)).toMatchObject({
      type: 'organization.updated',
      changes: [
        { field: 'name', from: 'Acme', to: 'Acme Ltd' },
        { field: 'policy', from: policy, to: changed },
      ],
    });
  });

  it('to what it is writes nothing', async () => {
    const { id } = await create();
    const before = await system().operator.snapshot();
    expect(await patch(id, { name: 'Acme', status: 'approved', policy: {} })).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it.each([
    [{ status: 'pending' }, 409, 'status_not_reachable'],
    [{ plan: 'gold' }, 400, 'invalid_request'],
    [{ products: ['orders', 'nothing'] }, 400, 'invalid_request'],
    [{ policy: { defaultKeyLifetimeDays: 366 } }, 400, 'invalid_request'],
    [{ policy: { timeZone: 'Mars/Olympus' } }, 400, 'invalid_request'],
    [{ isOperator: true }, 400, 'invalid_request'],
    [{}, 400, 'invalid_request'],
  ])('to %j is a %i, and changes nothing', async (body, status, code) => {
    const { id } = await create();
    const before = await system().operator.snapshot();
    expectProblem(await patch(id, body), status, code);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('by a version that is not the last is refused', async () => {
    const { id } = await create();
    await patch(id, { name: 'Second' });
    expectProblem(await patch(id, { name: 'Third' }, { headers: { 'If-Match': '"1"' } }), 412, 'version_mismatch');
  });

  it('by ten at once loses none of their changes', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => patch(id, index % 2 === 0 ? { name: `N${index}` } : { policy: { maxKeyLifetimeDays: 100 + index } })));
    const done = answers.filter(({ status }) => status === 200).length;
    const { body } = await system().call('GET', `/organizations/${id}`);
    expect(body.version).toBe(1 + done);
    expect(answers.every(({ status, body: refusal }) => status === 200 || refusal.code === 'request_in_progress')).toBe(true);
    expect(body.name).not.toBe('Acme');
    expect(body.policy.maxKeyLifetimeDays).toBeLessThan(111);
  });

  it('of the operator itself never suspends it', async () => {
    expectProblem(await patch(system().organizationId, { status: 'suspended' }), 409, 'status_not_reachable');
  });
});

describe('the policy', () => {
  it('holds from the next request on, for keys and for their renewal', async () => {
    const { id } = await create();
    const keysPath = `/organizations/${id}/keys`;
    const { key } = await system().issue({ expiresInDays: 300 }, keysPath);
    await patch(id, { policy: { maxKeyLifetimeDays: 30, defaultKeyLifetimeDays: 30 } });
    const body = { name: 'K', product: 'orders', environment: 'live', scopes: [], expiresInDays: 31 };
    expectProblem(await system().call('POST', keysPath, { body }), 403, 'expiry_not_allowed');
    expectProblem(await system().call('PATCH', `${keysPath}/${key.id}`, { body: { expiresInDays: 300 } }), 403, 'expiry_not_allowed');
    await patch(id, { policy: { maxKeyLifetimeDays: null, allowNeverExpires: true } });
    expect((await system().issue({ neverExpires: true }, keysPath)).key.expiresAt).toBeNull();
  });
});
