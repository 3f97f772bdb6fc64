import { describe, expect, it } from 'vitest';
import { eventsOf, faultsOfChain, withBlockedChain } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

describe('a change of people or their organization whose event cannot be written', () => {
  it('does not happen, and can be tried again', async () => {
    const id = await system().operator.createOrganization();
    const inside = `/organizations/${id}`;
    const boss = await system().join(id, 'superadmin');
    const [first, second, third] = [await system().join(id, 'viewer'), await system().join(id, 'viewer'), await system().join(id, 'viewer')];
    await system().call('PUT', `${inside}/me/pin`, { token: second.token, body: { pin: '493027' } });
    await system().call('PUT', `${inside}/roles/idle`, { body: { permissions: ['keys:read'] } });
    const changes: [string, string, object | undefined, string][] = [
      ['PATCH', inside, { policy: { requirePin: true } }, boss.token],
      ['POST', `${inside}/members`, { email: 'late@contention.example.com', role: 'viewer' }, boss.token],
      ['PATCH', `${inside}/members/${first.memberId}`, { role: 'developer' }, boss.token],
      ['DELETE', `${inside}/members/${third.memberId}`, undefined, boss.token],
      ['DELETE', `${inside}/members/${second.memberId}/pin`, undefined, boss.token],
      ['PUT', `${inside}/roles/new`, { permissions: ['keys:read'] }, boss.token],
      ['DELETE', `${inside}/roles/idle`, undefined, boss.token],
      ['PUT', `${inside}/me/pin`, { pin: '111111' }, first.token],
    ];
    const send = () => Promise.all(changes.map(([method, path, body, token]) => system().call(method, path, { token, body })));
    await withBlockedChain(system().operator, id, async () => {
      const before = await system().operator.snapshot();
      for (const answer of await send()) {
        expectProblem(answer, 409, 'request_in_progress');
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      expect(await system().operator.snapshot()).toEqual(before);
    });
    for (const [method, path, body, token] of changes) expect((await system().call(method, path, { token, body })).status, `${method} ${path}`).toBeLessThan(300);
    expect(await faultsOfChain(system().operator, id)).toEqual([]);
  });
});

describe('a fifth wrong PIN whose event cannot be written', () => {
  it('locks all the same', async () => {
    const id = await system().operator.createOrganization();
    const pin = `/organizations/${id}/me/pin`;
    const { token } = await system().join(id, 'viewer');
    await system().call('PUT', pin, { token, body: { pin: '493027' } });
    const tryWrong = () => system().call('POST', `${pin}/verifications`, { token, body: { pin: '000000' } });
    for (let tried = 0; tried < 4; tried += 1) expectProblem(await tryWrong(), 403, 'wrong_pin');
    await withBlockedChain(system().operator, id, async () => {
      expectProblem(await tryWrong(), 409, 'request_in_progress');
    });
    expectProblem(await system().call('POST', `${pin}/verifications`, { token, body: { pin: '493027' } }), 403, 'pin_locked');
  });
});

describe('a first sign-in whose event cannot be written', () => {
  it('is refused, and is one at the next request', async () => {
    const id = await system().operator.createOrganization();
    const { body: invited } = await system().call('POST', `/organizations/${id}/members`, { body: { email: 'slow@contention.example.com', role: 'viewer' } });
    const token = await system().signIn('slow@contention.example.com');
    await withBlockedChain(system().operator, id, async () => {
      expect((await system().call('GET', '/whoami', { token })).status).toBeGreaterThanOrEqual(403);
      expect(await system().operator.get(`MEMBER#${invited.id}`, 'MEMBER')).toMatchObject({ status: 'invited', subject: null });
    });
    expect((await system().call('GET', '/whoami', { token })).body.principal.id).toBe(invited.id);
    expect((await eventsOf(system().operator, id)).map(({ type }) => type)).toEqual(['member.invited', 'member.joined']);
  });
});
