import { beforeAll, describe, expect, it } from 'vitest';
import { faultsOfChain } from '../support/events.ts';
import { advanceTo, after, mailReader, noticesOf, sweep } from '../support/notices.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import type { Tenant } from '../support/system.ts';

const system = useSystem();
let tenant: Tenant;
let mails: () => string[];

// The organization is told of what the clock brings, and of nothing else.
const onlyWarnings = { created: false, rotated: false, revoked: false, deactivated: false, expiring: true };

beforeAll(async () => {
  tenant = await system().tenant({ plan: 'enterprise' });
  const policy = { noticeEmails: ['keys@acme.example'], timeZone: 'Europe/Berlin', maxKeyLifetimeDays: null, mailOn: onlyWarnings };
  const set = await system().call('PATCH', `/organizations/${tenant.id}`, { body: { policy } });
  expect(set.status, JSON.stringify(set.body)).toBe(200);
  await sweep(system());
  mails = mailReader(system());
});

const issue = async (fields: Record<string, unknown>): Promise<Json> => (await system().issue(fields, tenant.keysPath)).key;
const noticed = (key: Json) => noticesOf(system(), tenant.id, key.id);

it('a key is announced at each of the noticeDays and when it has expired, each time once, to its owner and the organization', async () => {
  const key = await issue({ name: 'Billing', expiresInDays: 40, owner: { name: 'Ada', email: 'ada@acme.example' } });
  for (const [days, subject] of [[30, 'expires in 30 days'], [14, 'expires in 14 days'], [7, 'expires in 7 days'], [1, 'expires tomorrow']] as const) {
    advanceTo(system(), after(key.expiresAt, -days, 1 / 60));
    await sweep(system());
    const to = mails();
    expect(to).toEqual([expect.stringContaining(`ada@acme.example: Key "Billing" ${subject}`), expect.stringContaining(`keys@acme.example: Key "Billing" ${subject}`)]);
    await sweep(system());
    expect(mails()).toEqual([]);
  }
  expect(await noticed(key)).toEqual(['key.expiring 30', 'key.expiring 14', 'key.expiring 7', 'key.expiring 1']);
  advanceTo(system(), after(key.expiresAt, 0, 1 / 60));
  await sweep(system());
  await sweep(system());
  expect(await noticed(key)).toEqual(['key.expiring 30', 'key.expiring 14', 'key.expiring 7', 'key.expiring 1', 'key.expired']);
  expect(mails()).toEqual([expect.stringContaining('ada@acme.example: Key "Billing" has expired'), expect.stringContaining('keys@acme.example: Key "Billing" has expired')]);
});

it('several keys of one organization are one mail a recipient', async () => {
  const keys = await Promise.all(['A', 'B', 'C'].map((name) => issue({ name, expiresInDays: 20 })));
  advanceTo(system(), after(keys[2]?.expiresAt, -14, 1));
  await sweep(system());
  expect(mails()).toEqual([expect.stringContaining('keys@acme.example: 3 keys of Acme expire soon')]);
});

describe('a change of the expiry moves its notices', () => {
  it('a renewed key is announced before its new expiry, and no more before the old', async () => {
    const key = await issue({ name: 'Renewed', expiresInDays: 8 });
    const renewed = await system().call('PATCH', `${tenant.keysPath}/${key.id}`, { body: { expiresInDays: 50 } });
    advanceTo(system(), after(key.expiresAt, 1));
    await sweep(system());
    expect(await noticed(key)).toEqual([]);
    advanceTo(system(), after(renewed.body.expiresAt, -30, 1));
    await sweep(system());
    expect(await noticed(key)).toEqual(['key.expiring 30']);
  });

  it('an expired key can be renewed, and is then announced anew', async () => {
    const key = await issue({ name: 'Late', expiresInDays: 2 });
    advanceTo(system(), after(key.expiresAt, 0, 1));
    await sweep(system());
    const renewed = await system().call('PATCH', `${tenant.keysPath}/${key.id}`, { body: { expiresInDays: 2 } });
    expect(renewed.body).toMatchObject({ status: 'active' });
    advanceTo(system(), after(renewed.body.expiresAt, 0, 1));
    await sweep(system());
    expect(await noticed(key)).toEqual(['key.expired', 'key.expired']);
  });

  it('a revoked key is not announced', async () => {
    const key = await issue({ name: 'Gone', expiresInDays: 8 });
    await system().call('POST', `${tenant.keysPath}/${key.id}/revoke`, { body: { reason: 'retired' } });
    advanceTo(system(), after(key.expiresAt, 1));
    await sweep(system());
    expect(await noticed(key)).toEqual([]);
  });
});

it('a rotation that is due is announced once; one that was done is not', async () => {
  const rotateBy = after(new Date(system().platform.clock.nowMs()).toISOString(), 3);
  const due = await issue({ name: 'Due', expiresInDays: 200, rotateBy });
  const done = await issue({ name: 'Done', expiresInDays: 200, rotateBy });
  await system().call('POST', `${tenant.keysPath}/${done.id}/rotate`, { body: { gracePeriodHours: 720 } });
  advanceTo(system(), after(rotateBy, 0, 1));
  await sweep(system());
  await sweep(system());
  expect(await noticed(due)).toEqual(['key.rotation_due']);
  expect(await noticed(done)).toEqual([]);
  expect(system().platform.mail.messages.list().filter(({ text }) => text?.includes(due.id))).toHaveLength(1);
  mails();
});

it('an organization that wants no warnings gets none; they are recorded all the same', async () => {
  await system().call('PATCH', `/organizations/${tenant.id}`, { body: { policy: { mailOn: { expiring: false } } } });
  const key = await issue({ name: 'Quiet', expiresInDays: 8 });
  advanceTo(system(), after(key.expiresAt, -7, 1));
  await sweep(system());
  expect(await noticed(key)).toEqual(['key.expiring 7']);
  expect(mails()).toEqual([]);
  await system().call('PATCH', `/organizations/${tenant.id}`, { body: { policy: { mailOn: { expiring: true } } } });
});

it('noticeDays that no other organization has are looked for from then on', async () => {
  const other = await system().tenant();
  await system().call('PATCH', `/organizations/${other.id}`, { body: { policy: { noticeDays: [3], noticeEmails: ['three@acme.example'] } } });
  const { key } = await system().issue({ name: 'Three', expiresInDays: 10 }, other.keysPath);
  await system().platform.settled();
  mails();
  advanceTo(system(), after(key.expiresAt, -3, 1));
  await sweep(system());
  expect(await noticesOf(system(), other.id, key.id)).toEqual(['key.expiring 3']);
  expect(mails().filter((mail) => mail.startsWith('three@'))).toEqual([expect.stringContaining('Key "Three" expires in 3 days')]);
});

it('a key that has expired has left its place in the plan', async () => {
  const small = await system().tenant();
  const { key } = await system().issue({ expiresInDays: 2 }, small.keysPath);
  expect(await system().operator.placesOf(small.id)).toBe(2);
  advanceTo(system(), after(key.expiresAt, 0, 1));
  await sweep(system());
  expect(await system().operator.placesOf(small.id)).toBe(1);
  await system().call('PATCH', `${small.keysPath}/${key.id}`, { body: { expiresInDays: 30 } });
  expect(await system().operator.placesOf(small.id)).toBe(2);
});

it('after a day of outage every notice is made up for, the nearest standing for those before it', async () => {
  const key = await issue({ name: 'Outage', expiresInDays: 31 });
  advanceTo(system(), after(key.expiresAt, -6));
  await sweep(system());
  expect(await noticed(key)).toEqual(['key.expiring 7']);
});

it('two sweeps at once record and mail each notice once', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, (_, index) => issue({ name: `Twice ${index}`, expiresInDays: 15 })));
  await system().platform.settled();
  mails();
  advanceTo(system(), after(keys[7]?.expiresAt, -14, 1));
  const runs = await Promise.all([1, 2, 3].map(() => system().platform.invoke('SweepKeys', { scheduledAt: '2026-11-22T00:00:00Z' })));
  expect(runs).toHaveLength(3);
  for (const key of keys) expect(await noticed(key)).toEqual(['key.expiring 14']);
  expect(mails()).toEqual([expect.stringContaining('keys@acme.example: 8 keys of Acme expire soon')]);
  expect(await faultsOfChain(system().operator, tenant.id)).toEqual([]);
});
