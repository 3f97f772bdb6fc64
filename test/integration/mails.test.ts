import { beforeAll, describe, expect, it } from 'vitest';
import { after, advanceTo, mailReader, noticesOf, sweep } from '../support/notices.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import type { Tenant } from '../support/system.ts';

const system = useSystem();
let tenant: Tenant;
let mails: () => string[];

beforeAll(async () => {
  tenant = await system().tenant({ plan: 'enterprise' });
  await setPolicy({ noticeEmails: ['keys@acme.example'] });
  await system().platform.settled();
  mails = mailReader(system());
});

async function setPolicy(policy: Record<string, unknown>): Promise<Json> {
  const set = await system().call('PATCH', `/organizations/${tenant.id}`, { body: { policy } });
  expect(set.status, JSON.stringify(set.body)).toBe(200);
  return set.body;
}

const issue = async (fields: Record<string, unknown> = {}): Promise<Json> => (await system().issue(fields, tenant.keysPath)).key;

/** The mails that what was done has brought, once the stream has been followed. */
async function told(): Promise<string[]> {
  await system().platform.settled();
  return mails();
}

describe('what is done to a key is mailed at once', () => {
  it('issuing, to its owner and the organization', async () => {
    await issue({ name: 'Till 4', owner: { name: 'Ada', email: 'ada@acme.example' } });
    expect(await told()).toEqual([expect.stringMatching(/^ada@acme.example: .*"Till 4" .*(?:issued|created)/), expect.stringMatching(/^keys@acme.example: .*"Till 4"/)]);
  });

  it.each<[string, (key: Json) => Promise<unknown>]>([
    ['rotation, which makes no second mail of the successor', (key) => system().call('POST', `${tenant.keysPath}/${key.id}/rotate`, { body: {} })],
    ['revocation', (key) => system().call('POST', `${tenant.keysPath}/${key.id}/revoke`, { body: { reason: 'compromised' } })],
    ['deactivation', (key) => system().call('PATCH', `${tenant.keysPath}/${key.id}`, { body: { active: false } })],
  ])('%s', async (_, act) => {
    const key = await issue({ name: 'Till 5' });
    await told();
    await act(key);
    expect(await told()).toEqual([expect.stringMatching(/^keys@acme.example: .*"Till 5"/)]);
  });

  it('a change of another kind is not', async () => {
    const key = await issue({ name: 'Till 6' });
    await told();
    await system().call('PATCH', `${tenant.keysPath}/${key.id}`, { body: { description: 'By the window' } });
    expect(await told()).toEqual([]);
  });

  it('the text names the key by its mask, and who did it', async () => {
    const key = await issue({ name: 'Till 7' });
    await told();
    const text = system().platform.mail.messages.list().at(-1)?.text ?? '';
    expect(text).toContain(key.maskedToken);
    expect(text).toContain(key.id);
    expect(text).toContain('Root management key 1');
  });

  it('the text names the call to make, at this deployment’s own address', async () => {
    const key = await issue({ name: 'Till 9' });
    await told();
    const text = system().platform.mail.messages.list().at(-1)?.text?.replaceAll('\n', '') ?? '';
    expect(text).toContain(`${system().managementUrl}/v1${tenant.keysPath}/${key.id}`);
  });

  it.each(['created', 'rotated', 'revoked', 'deactivated'] as const)('each kind can be turned off: %s', async (kind) => {
    await setPolicy({ mailOn: { created: kind !== 'created', rotated: kind !== 'rotated', revoked: kind !== 'revoked', deactivated: kind !== 'deactivated' } });
    const key = await issue({ name: 'Till 8' });
    expect(await told()).toHaveLength(kind === 'created' ? 0 : 1);
    await system().call('PATCH', `${tenant.keysPath}/${key.id}`, { body: { active: false } });
    expect(await told()).toHaveLength(kind === 'deactivated' ? 0 : 1);
    await system().call('POST', `${tenant.keysPath}/${key.id}/rotate`, { body: {} });
    expect(await told()).toHaveLength(kind === 'rotated' ? 0 : 1);
    await system().call('POST', `${tenant.keysPath}/${key.id}/revoke`, { body: { reason: 'retired' } });
    expect(await told()).toHaveLength(kind === 'revoked' ? 0 : 1);
    await setPolicy({ mailOn: { created: true, rotated: true, revoked: true, deactivated: true } });
  });

  it('where nobody is named, the organization’s superadmins are told', async () => {
    const other = await system().tenant({ plan: 'enterprise' });
    await system().join(other.id, 'superadmin', 'boss@other.example');
    await system().join(other.id, 'admin', 'admin@other.example');
    await told();
    await system().issue({ name: 'Nobody’s' }, other.keysPath);
    expect(await told()).toEqual([expect.stringMatching(/^boss@other.example: .*"Nobody’s"/)]);
  });
});

describe('what SES does not take waits for the next sweep', () => {
  it.each(['quota', 'rejected', 'paused'] as const)('%s', async (failure) => {
    await issue({ name: `Unsent ${failure}` });
    await told();
    system().platform.mail.failNext(failure, failure === 'quota' ? 5 : 1);
    await issue({ name: `Waiting ${failure}` });
    expect(await told()).toEqual([]);
    expect(await sweep(system())).toMatchObject({ mails: { sent: 1, kept: 0 } });
    expect(mails()).toEqual([expect.stringContaining(`Waiting ${failure}`)]);
    expect(await sweep(system())).toMatchObject({ mails: { sent: 0, kept: 0 } });
  });

  it('a line of the outbox that cannot be read: it holds up no other, and somebody is told', async () => {
    const line = { pk: 'OUTBOX#0', sk: 'MAIL#org_1#nobody@acme.example#x', kind: 'of a later version', purgeAt: 4_000_000_000 };
    await system().operator.put(line);
    expect(await sweep(system())).toMatchObject({ mails: { sent: 0, kept: 1 } });
    expect(system().platform.logs('SweepKeys').map(({ line: text }) => text)).toContainEqual(expect.stringMatching(/"ERROR".*"mails not read","lines":1/));
    await system().operator.remove(line.pk, line.sk);
  });

  it('being throttled for a moment is made up for within the run', async () => {
    system().platform.mail.failNext('throttled', 2);
    await issue({ name: 'Throttled' });
    expect(await told()).toEqual([expect.stringContaining('Throttled')]);
  });

  it('an answer that is lost on the way makes a second mail, and no more than that', async () => {
    system().platform.mail.failNext('answerLost');
    await issue({ name: 'Lost answer' });
    const sent = await told();
    expect(sent.length).toBeGreaterThanOrEqual(1);
    expect(sent.length).toBeLessThanOrEqual(2);
    expect(await sweep(system())).toMatchObject({ mails: { sent: 0, kept: 0 } });
  });
});

describe('an address that mails come back from gets no more', () => {
  it('after a bounce: the organization sees it, and can name the address anew', async () => {
    const bouncing = 'bounce+acme@simulator.amazonses.com';
    const before = await setPolicy({ noticeEmails: ['keys@acme.example', bouncing] });
    expect(before.suppressedEmails).toEqual([]);
    await issue({ name: 'Bounced' });
    await told();
    const seen = await system().call('GET', `/organizations/${tenant.id}`);
    expect(seen.body.suppressedEmails).toEqual([{ email: bouncing, reason: 'bounce', at: expect.any(String) }]);
    expect(seen.body.policy.noticeEmails).toEqual(['keys@acme.example', bouncing]);
    const listed = await system().call('GET', '/organizations?limit=100');
    const inList = listed.body.items.find(({ id }: Json) => id === tenant.id);
    expect(inList?.suppressedEmails ?? seen.body.suppressedEmails).toHaveLength(1);
    await issue({ name: 'Suppressed' });
    await system().platform.settled();
    expect(await system().operator.partition(`SUPPRESSED#${bouncing}`)).toHaveLength(1);
    await setPolicy({ noticeEmails: ['keys@acme.example'] });
    const again = await setPolicy({ noticeEmails: ['keys@acme.example', bouncing] });
    expect(again.suppressedEmails).toEqual([]);
    await setPolicy({ noticeEmails: ['keys@acme.example'] });
    mails();
  });

  it('after the third bounce naming it anew does not help', async () => {
    const dead = 'bounce+dead@simulator.amazonses.com';
    for (const bounces of [1, 2, 3]) {
      const named = await setPolicy({ noticeEmails: [dead] });
      expect(named.suppressedEmails).toEqual([]);
      await issue({ name: `Bounce ${bounces}` });
      await told();
      await setPolicy({ noticeEmails: [] });
    }
    const again = await setPolicy({ noticeEmails: [dead] });
    expect(again.suppressedEmails).toMatchObject([{ email: dead, reason: 'bounce' }]);
    await setPolicy({ noticeEmails: ['keys@acme.example'] });
    await told();
  });

  it('after a complaint, for good: naming the address anew does not lift it', async () => {
    const complaining = 'complaint@simulator.amazonses.com';
    await setPolicy({ noticeEmails: [complaining] });
    await issue({ name: 'Spam' });
    expect(await told()).toHaveLength(1);
    await issue({ name: 'No more' });
    expect(await told()).toEqual([]);
    await setPolicy({ noticeEmails: [] });
    const again = await setPolicy({ noticeEmails: [complaining] });
    expect(again.suppressedEmails).toMatchObject([{ email: complaining, reason: 'complaint' }]);
    await setPolicy({ noticeEmails: ['keys@acme.example'] });
  });
});

describe('the end of the retention', () => {
  it('a key stays readable for 90 days after its end, and its deletion by TTL is the last of its events', async () => {
    const key = await issue({ name: 'Old', expiresInDays: 1 });
    advanceTo(system(), after(key.expiresAt, 0, 1));
    await sweep(system());
    advanceTo(system(), after(key.expiresAt, 89, 23));
    await system().platform.settled();
    expect((await system().call('GET', `${tenant.keysPath}/${key.id}`)).body).toMatchObject({ status: 'expired' });
    advanceTo(system(), after(key.expiresAt, 90, 1));
    await expect.poll(async () => (await system().call('GET', `${tenant.keysPath}/${key.id}`)).status).toBe(404);
    await system().platform.settled();
    expect(await noticesOf(system(), tenant.id, key.id)).toEqual(['key.expired', 'key.purged']);
  });

  it('a delete by hand is none: it is an error in the log, and no event', async () => {
    const key = await issue({ name: 'By hand' });
    await system().operator.remove(`KEY#${key.id}`, 'KEY');
    await system().platform.settled();
    expect(await noticesOf(system(), tenant.id, key.id)).toEqual([]);
    const lines = system().platform.logs('RecordPurges').map(({ line }) => line).filter((line) => line.includes(key.id));
    expect(lines).toEqual([expect.stringContaining('a key was deleted by hand')]);
  });
});
