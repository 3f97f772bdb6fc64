import { describe, expect, it } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

function revoke(keyId: string, body: object) {
  return system().call('POST', `${system().keysPath}/${keyId}/revoke`, { body });
}

describe('a revoked key', () => {
  it('is refused on the very next request, and says by whom, when and why it ended', async () => {
    const { key, token } = await system().issue();
    const { body: whoami } = await system().call('GET', '/whoami');
    expect((await system().example(token)).status).toBe(200);
    // That use is counted some moments later; from then on nothing but the revocation changes the key.
    await system().platform.settled();
    const { body: used } = await system().call('GET', `${system().keysPath}/${key.id}`);
    expect(used).toEqual({ ...key, lastUsedAt: expect.any(String) });
    const response = await revoke(key.id, { reason: 'compromised', comment: 'Seen in a build log.' });
    expectProblem(await system().example(token), 401, 'unauthorized');
    expect(response.body).toEqual({
      ...used,
      status: 'revoked',
      revokedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      revokedBy: { type: 'management_key', id: whoami.principal.id, name: 'Root management key 1' },
      revocationReason: 'compromised',
      updatedAt: response.body.revokedAt,
      version: 2,
    });
    expect(response.headers.get('etag')).toBe('"2"');
    expect((await system().call('GET', `${system().keysPath}/${key.id}`)).body).toEqual(response.body);
  });

  it('stays as it ended: repeating it is answered the same and writes nothing', async () => {
    const { key } = await system().issue();
    const first = await revoke(key.id, { reason: 'retired', comment: 'Done.' });
    const before = await system().operator.snapshot();
    const again = await revoke(key.id, { reason: 'compromised', comment: 'Other.' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('was revoked once, by however many at once', async () => {
    const { key } = await system().issue();
    const answers = await Promise.all(Array.from({ length: 8 }, () => revoke(key.id, { reason: 'retired' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200, 200]);
    const events = await eventsOf(system().operator, system().organizationId);
    expect(events.filter(({ type, keyId }) => type === 'key.revoked' && keyId === key.id)).toHaveLength(1);
  });

  it('keeps its comment in the event alone', async () => {
    const { key } = await system().issue();
    const { body } = await revoke(key.id, { reason: 'other', comment: 'Only for the record.' });
    expect(JSON.stringify(body)).not.toContain('Only for the record.');
    const [event] = (await eventsOf(system().operator, system().organizationId)).slice(-1);
    expect(event.changes).toEqual([
      { field: 'revokedAt', from: null, to: body.revokedAt },
      { field: 'revocationReason', from: null, to: 'other' },
      { field: 'revocationComment', from: null, to: 'Only for the record.' },
    ]);
  });

  it.each(['compromised', 'retired', 'shared_incorrectly', 'ownership_changed', 'superseded', 'other'])('can have ended as %s', async (reason) => {
    const { key } = await system().issue();
    expect((await revoke(key.id, { reason })).body.revocationReason).toBe(reason);
  });

  it('of management cannot manage any more, itself included', async () => {
    const { key, token } = await system().issue({ product: 'gatewarden', scopes: ['keys:read', 'keys:revoke'] });
    const path = `${system().keysPath}/${key.id}`;
    const own = await system().call('POST', `${path}/revoke`, { token, body: { reason: 'retired' } });
    expect(own.body.revokedBy).toEqual({ type: 'management_key', id: key.id, name: 'Test key' });
    expectProblem(await system().call('GET', path, { token }), 401, 'unauthorized');
  });

  it('may have been expired or switched off before', async () => {
    const { key } = await system().issue({ active: false, expiresInDays: 1 });
    system().platform.clock.advance(86_400_000);
    expect((await revoke(key.id, { reason: 'retired' })).body.status).toBe('revoked');
  });
});
