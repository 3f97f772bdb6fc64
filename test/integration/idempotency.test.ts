import { describe, expect, it } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const body = { name: 'Retried', product: 'orders', environment: 'live', scopes: ['orders:read'] };
const hourMs = 3_600_000;

function issue(key: string, options: { body?: object; token?: string; keysPath?: string } = {}) {
  const { keysPath = system().keysPath, token = system().rootToken } = options;
  return system().call('POST', keysPath, { token, body: options.body ?? body, headers: { 'Idempotency-Key': key } });
}

describe('a retried issue', () => {
  it('answers the same key, without its token, and says why', async () => {
    const first = await issue('retry-1');
    const before = await system().operator.snapshot();
    const again = await issue('retry-1');
    expect(again.status).toBe(201);
    expect(again.body).toEqual({ key: first.body.key, token: null, tokenWithheld: expect.stringContaining('shown once') });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(await system().operator.snapshot()).toEqual(before);
    expect((await system().example(first.body.token)).status).toBe(200);
  });

  it('shows the key as it has become', async () => {
    const { key } = (await issue('retry-2')).body;
    await system().call('PATCH', `${system().keysPath}/${key.id}`, { body: { name: 'Renamed', active: false } });
    expect((await issue('retry-2')).body.key).toMatchObject({ id: key.id, name: 'Renamed', status: 'inactive', version: 2 });
  });

  it('is the same request in whatever order its fields stand', async () => {
    const { key } = (await issue('retry-3')).body;
    const reordered = { scopes: ['orders:read'], environment: 'live', product: 'orders', name: 'Retried' };
    expect((await issue('retry-3', { body: reordered })).body.key.id).toBe(key.id);
  });

  it('that races its first try, twenty at once, makes one key, and one answer holds the token', async () => {
    const { id, keysPath, token } = await system().tenant();
    const answers = await Promise.all(Array.from({ length: 20 }, () => issue('race', { keysPath, token })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map((answer) => answer.body.key.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.body.token !== null)).toHaveLength(1);
    const { body: list } = await system().call('GET', `${keysPath}?search=Retried`);
    expect(list.items).toHaveLength(1);
    const created = (await eventsOf(system().operator, id)).filter(({ type, keyId }) => type === 'key.created' && keyId === list.items[0].id);
    expect(created).toHaveLength(1);
    expect(await system().operator.placesOf(id)).toBe(2);
  });

  it('with another body is refused, and changes nothing', async () => {
    await issue('retry-4');
    const before = await system().operator.snapshot();
    expectProblem(await issue('retry-4', { body: { ...body, name: 'Other' } }), 422, 'idempotency_key_reused');
    expectProblem(await issue('retry-4', { body: { ...body, active: true } }), 422, 'idempotency_key_reused');
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('of another principal, or in another organization, is another request', async () => {
    const tenant = await system().tenant();
    const answers = [
      await issue('shared', { keysPath: tenant.keysPath }),
      await issue('shared', { keysPath: tenant.keysPath, token: tenant.token, body: { ...body, name: 'Mine' } }),
      await issue('shared'),
    ];
    expect(answers.map((answer) => [answer.status, typeof answer.body.token])).toEqual([[201, 'string'], [201, 'string'], [201, 'string']]);
    expect(new Set(answers.map((answer) => answer.body.key.id)).size).toBe(3);
  });

  it('is remembered for 24 hours, and a new request afterwards', async () => {
    const { key } = (await issue('day')).body;
    system().platform.clock.advance(24 * hourMs - 60_000);
    expect((await issue('day')).body.key.id).toBe(key.id);
    system().platform.clock.advance(61_000);
    const later = await issue('day', { body: { ...body, name: 'Next day' } });
    expect(later.body.token).toMatch(/^gw_live_/);
    expect(later.body.key.id).not.toBe(key.id);
    expect((await issue('day', { body: { ...body, name: 'Next day' } })).body.token).toBeNull();
  });

  it('whose first try was refused is tried anew', async () => {
    const { id, keysPath } = await system().tenant();
    await system().operator.setOrganization(id, { status: 'suspended' });
    expectProblem(await issue('refused', { keysPath }), 403, 'organization_suspended');
    await system().operator.setOrganization(id, { status: 'approved' });
    expect((await issue('refused', { keysPath })).body.token).toMatch(/^gw_live_/);
  });

  it('is answered also where the plan has no place left', async () => {
    const { id, keysPath } = await system().tenant();
    await system().operator.setPlaces(id, 99);
    const { key } = (await issue('last', { keysPath })).body;
    expect((await issue('last', { keysPath })).body.key.id).toBe(key.id);
    expectProblem(await issue('one-too-many', { keysPath }), 403, 'key_limit_reached');
  });
});

describe('a retried issue for the last place', () => {
  it('that races its first try is answered with the key, and not with the limit', async () => {
    const { id, keysPath } = await system().tenant();
    await system().operator.setPlaces(id, 99);
    const answers = await Promise.all(Array.from({ length: 10 }, () => issue('last-race', { keysPath })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map((answer) => answer.body.key.id)).size).toBe(1);
    expect(await system().operator.placesOf(id)).toBe(100);
  });
});

describe('a retried rotation', () => {
  const rotate = (keyId: string, key: string, options: object = {}) =>
    system().call('POST', `${system().keysPath}/${keyId}/rotate`, { headers: { 'Idempotency-Key': key }, body: options });

  it('answers the same successor without its token, where the key was already rotated by the first try', async () => {
    const { key } = await system().issue();
    const first = await rotate(key.id, 'rotation');
    const before = await system().operator.snapshot();
    const again = await rotate(key.id, 'rotation');
    expect([again.status, again.body]).toEqual([201, { key: first.body.key, token: null, tokenWithheld: expect.any(String) }]);
    expect(again.headers.get('location')).toBe(`/v1${system().keysPath}/${first.body.key.id}`);
    expect(await system().operator.snapshot()).toEqual(before);
    expectProblem(await rotate(key.id, 'another'), 409, 'key_already_rotated');
  });

  it('with another body, or of another key, is refused', async () => {
    const [{ key: one }, { key: other }] = [await system().issue(), await system().issue()];
    await rotate(one.id, 'once');
    expectProblem(await rotate(one.id, 'once', { gracePeriodHours: 1 }), 422, 'idempotency_key_reused');
    expectProblem(await rotate(other.id, 'once'), 422, 'idempotency_key_reused');
    expectProblem(await issue('once'), 422, 'idempotency_key_reused');
  });

  it('that races its first try makes one successor', async () => {
    const { key } = await system().issue();
    const answers = await Promise.all(Array.from({ length: 10 }, () => rotate(key.id, 'rotation-race')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map((answer) => answer.body.key.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.body.token !== null)).toHaveLength(1);
  });
});
