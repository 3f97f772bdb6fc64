import { describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const daySec = 86_400;
const body = { name: 'K', product: 'orders', environment: 'live', scopes: ['orders:read'] };

/** A tenant of whose plan `left` places are left; the plan has 100. */
async function tenantWithPlaces(left: number) {
  const tenant = await system().tenant();
  await system().operator.setPlaces(tenant.id, 100 - left);
  return { ...tenant, issue: (fields: object = {}) => system().call('POST', tenant.keysPath, { body: { ...body, ...fields } }) };
}

describe("a plan's places", () => {
  it('are never exceeded: of 20 racing issues for 5 places exactly 5 are answered with a key', async () => {
    const { id, keysPath, issue } = await tenantWithPlaces(5);
    const answers = await Promise.all(Array.from({ length: 20 }, () => issue()));
    const codes = answers.map(({ status, body: { code } }) => (status === 201 ? 'issued' : `${status} ${code}`)).sort();
    expect(codes).toEqual([...Array.from({ length: 15 }, () => '403 key_limit_reached'), ...Array.from({ length: 5 }, () => 'issued')]);
    expect(await system().operator.placesOf(id)).toBe(100);
    const { body: list } = await system().call('GET', `${keysPath}?limit=100`);
    expect(list.items.filter(({ product }: { product: string }) => product === 'orders')).toHaveLength(5);
  });

  it('that are used up are a refusal that names their number and changes nothing', async () => {
    const { issue } = await tenantWithPlaces(0);
    const before = await system().operator.snapshot();
    expect(expectProblem(await issue(), 403, 'key_limit_reached').maxKeys).toBe(100);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('come back from expired keys, once each', async () => {
    const { id, issue } = await tenantWithPlaces(2);
    expect((await issue({ expiresInDays: 1 })).status).toBe(201);
    expect((await issue({ expiresInDays: 1 })).status).toBe(201);
    expectProblem(await issue(), 403, 'key_limit_reached');
    system().platform.clock.advance(daySec * 1000);
    expect((await issue()).status).toBe(201);
    expect((await issue()).status).toBe(201);
    expectProblem(await issue(), 403, 'key_limit_reached');
    expect(await system().operator.placesOf(id)).toBe(100);
  });

  it('come back from expired keys that TTL has deleted before the limit was met', async () => {
    const id = await system().operator.createOrganization({}, 99);
    const issue = () => system().call('POST', `/organizations/${id}/keys`, { body: { ...body, expiresInDays: 1 } });
    const { key } = (await issue()).body;
    await system().operator.remove(`KEY#${key.id}`, 'KEY');
    // The index may lack a key of a moment ago: what is not in it is not gone yet.
    expectProblem(await issue(), 403, 'key_limit_reached');
    system().platform.clock.advance(61_000);
    expect((await issue()).status).toBe(201);
    expect(await system().operator.placesOf(id)).toBe(1);
  });

  it('come back from a revoked key, not from one that is switched off', async () => {
    const { keysPath, issue } = await tenantWithPlaces(1);
    const { key } = (await issue()).body;
    await system().call('PATCH', `${keysPath}/${key.id}`, { body: { active: false } });
    expectProblem(await issue(), 403, 'key_limit_reached');
    await system().call('POST', `${keysPath}/${key.id}/revoke`, { body: { reason: 'retired' } });
    await system().call('POST', `${keysPath}/${key.id}/revoke`, { body: { reason: 'retired' } });
    expect((await issue()).status).toBe(201);
    expectProblem(await issue(), 403, 'key_limit_reached');
  });

  it('pass from a key to its successor, also where none are left', async () => {
    const { id, keysPath, issue } = await tenantWithPlaces(1);
    const { key } = (await issue()).body;
    expect((await system().call('POST', `${keysPath}/${key.id}/rotate`)).status).toBe(201);
    expect(await system().operator.placesOf(id)).toBe(100);
    // The old key left its place to its successor: ending it frees none.
    await system().call('POST', `${keysPath}/${key.id}/revoke`, { body: { reason: 'superseded' } });
    expectProblem(await issue(), 403, 'key_limit_reached');
  });

  it('are taken by every further link of a chain of rotations, whose keys live in their grace', async () => {
    const { keysPath, issue } = await tenantWithPlaces(2);
    const { key: first } = (await issue()).body;
    const rotate = (id: string) => system().call('POST', `${keysPath}/${id}/rotate`, { body: { gracePeriodHours: 720 } });
    const { key: second } = (await rotate(first.id)).body;
    const { key: third } = (await rotate(second.id)).body;
    expectProblem(await rotate(third.id), 403, 'key_limit_reached');
    await system().call('POST', `${keysPath}/${second.id}/revoke`, { body: { reason: 'superseded' } });
    expect((await rotate(third.id)).status).toBe(201);
  });

  it('are needed again by an expired key that is renewed after its place was given away', async () => {
    const { id, keysPath, issue } = await tenantWithPlaces(1);
    const { key } = (await issue({ expiresInDays: 1 })).body;
    system().platform.clock.advance(daySec * 1000);
    const { key: other } = (await issue()).body;
    const renew = () => system().call('PATCH', `${keysPath}/${key.id}`, { body: { expiresInDays: 30 } });
    expect(expectProblem(await renew(), 403, 'key_limit_reached').maxKeys).toBe(100);
    await system().call('POST', `${keysPath}/${other.id}/revoke`, { body: { reason: 'retired' } });
    expect((await renew()).body.status).toBe('active');
    expect(await system().operator.placesOf(id)).toBe(100);
  });

  it('are unbounded on a plan that names no number', async () => {
    const { id, keysPath } = await system().tenant({ plan: 'enterprise' });
    await system().operator.setPlaces(id, 1_000_000);
    expect((await system().call('POST', keysPath, { body })).status).toBe(201);
  });
});
