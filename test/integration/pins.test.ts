import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';

const system = useSystem();
const minuteMs = 60_000;
let id = '';
let boss: Person;

beforeAll(async () => {
  id = await system().operator.createOrganization();
  boss = await system().join(id, 'superadmin');
});

const inside = (path: string) => `/organizations/${id}${path}`;
const setPin = (token: string, body: object) => system().call('PUT', inside('/me/pin'), { token, body });
const show = (token: string, pin: string) => system().call('POST', inside('/me/pin/verifications'), { token, body: { pin } });

/** An admin of the organization who has a PIN. */
async function adminWithPin(pin = '493027'): Promise<Person> {
  const person = await system().join(id, 'admin');
  expect((await setPin(person.token, { pin })).status).toBe(204);
  return person;
}

async function stepUp(token: string, pin = '493027'): Promise<Record<string, string>> {
  const { status, body } = await show(token, pin);
  expect(status, JSON.stringify(body)).toBe(200);
  return { 'X-Step-Up': body.stepUpToken };
}

describe('a PIN', () => {
  it('is set once without another, and is on record without its digits', async () => {
    const person = await system().join(id, 'viewer');
    expectProblem(await show(person.token, '493027'), 409, 'pin_not_set');
    const answer = await setPin(person.token, { pin: '493027' });
    expect([answer.status, answer.body]).toEqual([204, null]);
    expect((await system().call('GET', inside(`/members/${person.memberId}`), { token: boss.token })).body.hasPin).toBe(true);
    const event = (await eventsOf(system().operator, id)).at(-1);
    expect(event).toMatchObject({ type: 'member.pin_set', actor: { id: person.memberId }, changes: [{ field: 'hasPin', from: false, to: true }] });
    expectProblem(await setPin(person.token, { pin: '111111' }), 403, 'wrong_pin');
    const kept = await system().operator.get(`PIN#${person.memberId}`, 'PIN');
    expect(kept?.['hash']).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(JSON.stringify([kept, event])).not.toContain('493027');
  });

  it('is changed with the one that holds; a wrong one counts as a try', async () => {
    const person = await adminWithPin();
    expect(expectProblem(await setPin(person.token, { pin: '222222', currentPin: '000000' }), 403, 'wrong_pin').remainingTries).toBe(4);
    expect((await setPin(person.token, { pin: '222222', currentPin: '493027' })).status).toBe(204);
    expectProblem(await show(person.token, '493027'), 403, 'wrong_pin');
    expect((await show(person.token, '222222')).status).toBe(200);
  });

  it('is set once by two first settings at once', async () => {
    const person = await system().join(id, 'viewer');
    const answers = await Promise.all(['111111', '222222'].map((pin) => setPin(person.token, { pin })));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
    const kept = answers[0]?.status === 204 ? '111111' : '222222';
    expect((await show(person.token, kept)).status).toBe(200);
  });

  it('belongs to the membership: in another organization the same person has another, or none', async () => {
    const person = await adminWithPin();
    const other = await system().operator.createOrganization();
    await system().join(other, 'admin', person.email);
    const elsewhere = `/organizations/${other}/me/pin/verifications`;
    expectProblem(await system().call('POST', elsewhere, { token: person.token, body: { pin: '493027' } }), 409, 'pin_not_set');
  });

  it.each([{ pin: '12345' }, { pin: '1234567' }, { pin: '12345a' }, { pin: 123_456 }, { pin: '１２３４５６' }, {}, { pin: '123456', currentPin: '1' }, { pin: '123456', force: true }])('as in %j is a 400 that does not repeat it', async (body) => {
    const answer = await setPin(boss.token, body);
    expectProblem(answer, 400, 'invalid_request');
    if ('pin' in body && String(body.pin).length > 4 && body.pin !== '123456') expect(JSON.stringify(answer.body)).not.toContain(String(body.pin));
  });

  it('is a person’s: a management key has none', async () => {
    const { token } = await system().issue({ product: 'gatewarden', scopes: ['keys:read'] }, inside('/keys'));
    expectProblem(await setPin(token, { pin: '493027' }), 403, 'members_only');
    expectProblem(await show(system().rootToken, '493027'), 403, 'members_only');
  });

  it('of another organization cannot be set or shown: it is not there', async () => {
    const other = await system().operator.createOrganization();
    for (const organizationId of [other, 'org_000000000000']) {
      expectProblem(await system().call('PUT', `/organizations/${organizationId}/me/pin`, { token: boss.token, body: { pin: '493027' } }), 404, 'not_found');
    }
    const operatorsOwn = await system().join(system().organizationId, 'superadmin');
    expectProblem(await system().call('PUT', inside('/me/pin'), { token: operatorsOwn.token, body: { pin: '493027' } }), 404, 'not_found');
  });
});

describe('five wrong tries', () => {
  it('lock the PIN for fifteen minutes, for the right one as well; then it is five again', async () => {
    const person = await adminWithPin();
    const remaining: unknown[] = [];
    for (let tried = 0; tried < 4; tried += 1) remaining.push(expectProblem(await show(person.token, '000000'), 403, 'wrong_pin').remainingTries);
    expect(remaining).toEqual([4, 3, 2, 1]);
    const fifth = await show(person.token, '000000');
    expect(expectProblem(fifth, 403, 'pin_locked').retryAfterSec).toBe(900);
    expect(fifth.headers.get('retry-after')).toBe('900');
    expectProblem(await show(person.token, '493027'), 403, 'pin_locked');
    expectProblem(await setPin(person.token, { pin: '111111', currentPin: '493027' }), 403, 'pin_locked');
    expect((await eventsOf(system().operator, id)).at(-1)).toMatchObject({ type: 'member.pin_locked', actor: { id: person.memberId } });
    system().platform.clock.advance(14 * minuteMs);
    expectProblem(await show(await system().signIn(person.email), '493027'), 403, 'pin_locked');
    system().platform.clock.advance(minuteMs);
    const later = await system().signIn(person.email);
    expect(expectProblem(await show(later, '000000'), 403, 'wrong_pin').remainingTries).toBe(4);
    expect((await show(later, '493027')).status).toBe(200);
    expect(expectProblem(await show(later, '000000'), 403, 'wrong_pin').remainingTries).toBe(4);
  });

  it('of thirty at once are all that are looked at', async () => {
    const person = await adminWithPin();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => show(person.token, String(100_000 + index))));
    const looked = answers.filter(({ body }) => body.code === 'wrong_pin');
    expect(looked).toHaveLength(4);
    expect(answers.filter(({ body }) => body.code === 'pin_locked')).toHaveLength(26);
    const locked = (await eventsOf(system().operator, id)).filter(({ type, actor }) => type === 'member.pin_locked' && actor.id === person.memberId);
    expect(locked).toHaveLength(1);
  });
});

describe('a reset', () => {
  it('by a superadmin removes another’s PIN and its lock; they set a new one', async () => {
    const person = await adminWithPin();
    for (let tried = 0; tried < 5; tried += 1) await show(person.token, '000000');
    const answer = await system().call('DELETE', inside(`/members/${person.memberId}/pin`), { token: boss.token });
    expect([answer.status, answer.body]).toEqual([204, null]);
    expect((await eventsOf(system().operator, id)).at(-1)).toMatchObject({ type: 'member.pin_reset', actor: { id: boss.memberId }, changes: [{ field: 'memberId', from: person.memberId, to: person.memberId }] });
    expect((await setPin(person.token, { pin: '777777' })).status).toBe(204);
    expect((await show(person.token, '777777')).status).toBe(200);
    expect((await system().call('DELETE', inside(`/members/${person.memberId}/pin`), { token: boss.token })).status).toBe(204);
    const before = await system().operator.snapshot();
    expect((await system().call('DELETE', inside(`/members/${person.memberId}/pin`), { token: boss.token })).status).toBe(204);
    expect(await system().operator.snapshot()).toEqual(before);
  });

  it('of one’s own PIN is refused: a stolen sign-in would get past it', async () => {
    const second = await system().join(id, 'superadmin');
    await setPin(second.token, { pin: '493027' });
    expectProblem(await system().call('DELETE', inside(`/members/${second.memberId}/pin`), { token: second.token }), 403, 'wrong_pin');
    expect((await show(second.token, '493027')).status).toBe(200);
    expect((await system().call('DELETE', inside(`/members/${second.memberId}/pin`), { token: boss.token })).status).toBe(204);
  });
});

describe('a policy that asks for the PIN', () => {
  const body = { name: 'K', product: 'orders', environment: 'live', scopes: ['orders:read'] };
  let keyId = '';
  let sensitive: (() => [string, string, object | undefined])[] = [];

  beforeAll(async () => {
    ({ key: { id: keyId } } = await system().issue({}, inside('/keys')));
    await system().call('PATCH', inside(''), { token: boss.token, body: { policy: { requirePin: true } } });
    sensitive = [
      () => ['POST', inside('/keys'), body],
      () => ['POST', inside(`/keys/${keyId}/rotate`), undefined],
      () => ['POST', inside(`/keys/${keyId}/revoke`), { reason: 'retired' }],
    ];
  });

  async function allRefused(token: string, headers: Record<string, string> = {}): Promise<void> {
    const before = await system().operator.snapshot();
    for (const of of sensitive) {
      const [method, path, sent] = of();
      expectProblem(await system().call(method, path, { token, body: sent, headers }), 403, 'step_up_required');
    }
    expect(await system().operator.snapshot()).toEqual(before);
  }

  it('has issue, rotate and revoke wait for a step-up, which does for several', async () => {
    const person = await adminWithPin();
    await allRefused(person.token);
    await allRefused(person.token, { 'X-Step-Up': '' });
    await allRefused(person.token, { 'X-Step-Up': 'stp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' });
    const headers = await stepUp(person.token);
    expect(headers['X-Step-Up']).toMatch(/^stp_[0-9A-Za-z]{32}$/);
    const issued = await system().call('POST', inside('/keys'), { token: person.token, body, headers });
    expect(issued.status).toBe(201);
    const path = inside(`/keys/${issued.body.key.id}`);
    const rotated = await system().call('POST', `${path}/rotate`, { token: person.token, headers });
    expect(rotated.status).toBe(201);
    expect((await system().call('POST', `${path}/revoke`, { token: person.token, headers, body: { reason: 'retired' } })).status).toBe(200);
  });

  it('is not switched off without the PIN: a stolen sign-in would begin with that', async () => {
    const second = await system().join(id, 'superadmin');
    await setPin(second.token, { pin: '493027' });
    const before = await system().operator.snapshot();
    for (const policy of [{ requirePin: false }, { requirePin: false, timeZone: 'Europe/Berlin' }]) {
      expectProblem(await system().call('PATCH', inside(''), { token: second.token, body: { policy } }), 403, 'step_up_required');
    }
    expect(await system().operator.snapshot()).toEqual(before);
    const headers = await stepUp(second.token);
    expect((await system().call('PATCH', inside(''), { token: second.token, body: { policy: { requirePin: false } }, headers })).status).toBe(200);
    expect((await system().call('PATCH', inside(''), { token: second.token, body: { policy: { requirePin: true } } })).status).toBe(200);
  });

  it('lets all else go without', async () => {
    const person = await adminWithPin();
    expect((await system().call('PATCH', inside(`/keys/${keyId}`), { token: person.token, body: { name: 'New' } })).status).toBe(200);
    expect((await system().call('GET', inside('/keys'), { token: person.token })).status).toBe(200);
  });

  it('takes a step-up for five minutes and not a moment longer', async () => {
    const person = await adminWithPin();
    const headers = await stepUp(person.token);
    const shown = await show(person.token, '493027');
    expect(Date.parse(shown.body.expiresAt) - system().platform.clock.nowMs()).toBeGreaterThan(4.5 * minuteMs);
    expect(Date.parse(shown.body.expiresAt) - system().platform.clock.nowMs()).toBeLessThanOrEqual(5 * minuteMs);
    system().platform.clock.advance(4 * minuteMs);
    expect((await system().call('POST', inside('/keys'), { token: person.token, body, headers })).status).toBe(201);
    system().platform.clock.advance(minuteMs);
    await allRefused(person.token, headers);
  });

  it('takes none from before the PIN was changed or removed, or the member got another role', async () => {
    const person = await adminWithPin();
    const before = await stepUp(person.token);
    expect((await setPin(person.token, { pin: '222222', currentPin: '493027' })).status).toBe(204);
    await allRefused(person.token, before);
    const since = await stepUp(person.token, '222222');
    expect((await system().call('DELETE', inside(`/members/${person.memberId}/pin`), { token: boss.token })).status).toBe(204);
    await allRefused(person.token, since);
    expect((await setPin(person.token, { pin: '493027' })).status).toBe(204);
    const asAdmin = await stepUp(person.token);
    expect((await system().call('PATCH', inside(`/members/${person.memberId}`), { token: boss.token, body: { role: 'superadmin' } })).status).toBe(200);
    await allRefused(person.token, asAdmin);
  });

  it('takes it from nobody else, in no other sign-in, in no other organization', async () => {
    const person = await adminWithPin();
    const headers = await stepUp(person.token);
    const thief = await adminWithPin('111111');
    await allRefused(thief.token, headers);
    await allRefused(await system().signIn(person.email), headers);
    const other = await system().operator.createOrganization();
    await system().operator.setPolicy(other, { requirePin: true });
    await system().join(other, 'admin', person.email);
    expectProblem(await system().call('POST', `/organizations/${other}/keys`, { token: person.token, body, headers }), 403, 'step_up_required');
    expect((await system().call('POST', inside('/keys'), { token: person.token, body, headers })).status).toBe(201);
  });

  it('asks the operator’s members too, for their own PIN', async () => {
    const operators = await system().join(system().organizationId, 'admin');
    await allRefused(operators.token);
    const path = `/organizations/${system().organizationId}/me/pin`;
    await system().call('PUT', path, { token: operators.token, body: { pin: '909090' } });
    const shown = await system().call('POST', `${path}/verifications`, { token: operators.token, body: { pin: '909090' } });
    const headers = { 'X-Step-Up': shown.body.stepUpToken };
    expect((await system().call('POST', inside('/keys'), { token: operators.token, body, headers })).status).toBe(201);
  });

  it('asks no management key: there is nobody to type a PIN', async () => {
    const scopes = ['keys:write', 'keys:revoke'];
    const { token } = await system().issue({ product: 'gatewarden', scopes }, inside('/keys'));
    const issued = await system().call('POST', inside('/keys'), { token, body });
    expect(issued.status).toBe(201);
    expect((await system().call('POST', inside(`/keys/${issued.body.key.id}/revoke`), { token, body: { reason: 'retired' } })).status).toBe(200);
  });

  it('shows the step-up to whoever verified, and keeps only its hash', async () => {
    const person = await adminWithPin();
    const headers = await stepUp(person.token);
    expect((await system().operator.snapshot()).join('\n')).not.toContain(headers['X-Step-Up']);
    expect(system().platform.logs().some(({ line }) => line.includes(headers['X-Step-Up'] ?? '') || line.includes('493027'))).toBe(false);
  });
});
