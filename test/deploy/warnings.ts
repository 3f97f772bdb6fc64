import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { expectStatus } from './expectations.ts';
import type { Jobs } from './jobs.ts';
import type { Mailbox } from './mailbox.ts';
import { purges } from './purges.ts';
import type { Report } from './report.ts';
import { changeSchedule } from './schedule.ts';
import type { System } from './system.ts';
import { undelivered } from './undelivered.ts';
import { desk, newWarned, owner } from './warned.ts';
import type { Warned } from './warned.ts';

interface Setting {
  readonly system: System;
  readonly jobs: Jobs;
  readonly warned: Warned;
  readonly mailbox: Mailbox;
}

/** What is done to keys, and what their dates bring, is told. */
export async function warnings({ system, jobs, mailbox }: Omit<Setting, 'warned'>, report: Report): Promise<void> {
  await report.part('Keys warn before they expire', async () => {
    // A sweep of its own accord, at 23 minutes past, would take from the sweeps below what they count.
    await report.step('the schedule of the sweep is put on hold', () => changeSchedule(system.operator, { State: 'DISABLED' }));
    const warned = await report.step('an organization names an address for its mails', () => newWarned(system));
    const setting = { system, jobs, warned, mailbox };
    await report.part('What is done to a key is mailed at once', () => atOnce(setting, report));
    await report.part('What the dates of keys bring is found, recorded and mailed', () => sweeps(setting, report));
    await report.part('Mails that come back', () => undelivered(setting, report));
    await report.part('Keys at the end of their retention', () => purges(setting, report));
    await report.check('no job has logged an error but that mails were refused in the sandbox and that a key was deleted by hand', () => noErrors(setting));
  });
}

const expected = /"a key was deleted by hand"|"mail not sent".*"MessageRejected"/;

async function noErrors({ system, jobs }: Setting): Promise<void> {
  const groups = (['SweepKeys', 'MailKeyEvents', 'RecordPurges', 'SuppressAddress'] as const).map(jobs.logGroup);
  const lines = await system.operator.logLines(...groups);
  assert.ok(lines.some((line) => line.includes('"keys swept"')), 'The logs were not read: the sweeps are missing.');
  assert.deepEqual(lines.filter((line) => line.includes('"level":"ERROR"') && !expected.test(line)), []);
}

async function atOnce({ system, warned, mailbox }: Setting, report: Report): Promise<void> {
  const { key } = await report.step('a key is issued', () => warned.issue({ name: 'Till' }));
  const change = (method: string, rest: string, body: unknown) => system.manage({ method, path: warned.path(`/keys/${key.id}${rest}`), body });
  await report.check('its owner and the organization are told within a minute, which key it is and what to call', async () => {
    for (const address of [owner, desk]) {
      const [mail, ...more] = await mailbox.to(address, 1);
      assert.ok(mail && more.length === 0, `There are ${more.length + (mail ? 1 : 0)} mails to ${address}.`);
      assert.match(mail.subject, /^Key "Till" was created \(/);
      assert.equal(mail.from, '"Gatewarden" <keys@example.com>');
      for (const body of [mail.html, mail.text]) assert.ok(body.includes(key.id) && body.includes(key.maskedToken), 'A body does not say which key.');
      const called = new RegExp(`https://\\w+\\.execute-api\\.[^ ]*/v1${warned.path(`/keys/${key.id}`)}`);
      assert.match(mail.text.replaceAll('\n', ''), called);
    }
  });
  const doings = [
    ['deactivated', () => change('PATCH', '', { active: false })],
    ['rotated', async () => (expectStatus(await change('PATCH', '', { active: true }), 200), change('POST', '/rotate', { gracePeriodHours: 1 }))],
    ['revoked', () => change('POST', '/revoke', { reason: 'retired' })],
  ] as const;
  for (const [at, [what, act]] of doings.entries()) {
    await report.check(`so they are when it is ${what}`, async () => {
      const answer = await act();
      assert.ok(answer.status < 300, answer.text);
      if (what === 'rotated') system.remember(answer);
      for (const address of [owner, desk]) assert.match((await mailbox.to(address, at + 2)).at(-1)?.subject ?? '', new RegExp(`^Key "Till" was ${what} \\(`));
    });
  }
  await report.check('and of nothing else: not of its activation, not of its successor', async () => {
    for (const address of [owner, desk]) assert.equal((await mailbox.to(address, 0)).length, 4);
  });
}

const sweptShape = z.object({
  found: z.number(),
  recorded: z.record(z.string(), z.number()),
  mails: z.object({ sent: z.number(), kept: z.number(), suppressed: z.number() }),
});
const dayMs = 86_400_000;

async function sweeps({ system, jobs, warned, mailbox }: Setting, report: Report): Promise<void> {
  const sweep = async () => sweptShape.parse(await jobs.run('SweepKeys', { scheduledAt: new Date().toISOString() }));
  const soon = (aheadMs = 0) => new Date(Date.now() + 6_000 + aheadMs).toISOString();
  await report.step('a first sweep makes up for all that was before', async () => assert.equal((await sweep()).mails.kept, 0));
  const keys = await report.step('of three keys one expires, one will in a day, and one is to be rotated', async () => {
    const expiring = await warned.issue({ name: 'Billing', expiresAt: soon(dayMs) });
    const turning = await warned.issue({ name: 'Turning', expiresInDays: 90, rotateBy: soon() });
    const expired = await warned.issue({ name: 'Short', expiresAt: soon() });
    // Each is told of at once as well: the mails of that are waited for.
    for (const address of [owner, desk]) assert.equal((await mailbox.to(address, 7)).length, 7);
    await untilPast(expired.key.expiresAt);
    return { expiring: expiring.key.id, turning: turning.key.id, expired: expired.key.id };
  });
  await report.step('the sweep, called by hand, records each of them', async () => {
    const { found, ...rest } = await sweep();
    assert.ok(found >= 3, `It found ${found}.`);
    assert.deepEqual(rest, { recorded: { expiring: 1, expired: 1, rotation_due: 1 }, mails: { sent: 2, kept: 0, suppressed: 0 } });
    const created = 'key.created by management_key';
    assert.deepEqual(await warned.events(keys.expiring), [created, 'key.expiring by system']);
    assert.deepEqual(await warned.events(keys.expired), [created, 'key.expired by system']);
    assert.deepEqual(await warned.events(keys.turning), [created, 'key.rotation_due by system']);
  });
  await report.check('its owner and the organization get one mail of all three', async () => {
    for (const address of [owner, desk]) {
      const mails = await mailbox.to(address, 8);
      assert.equal(mails.length, 8);
      assert.equal(mails[7]?.subject, '1 key of Warned expires soon, 1 has expired, 1 is due for rotation');
      for (const id of Object.values(keys)) assert.ok(mails[7]?.html.includes(id) && mails[7].text.includes(id), `The mail does not name ${id}.`);
    }
  });
  await report.check('the next sweep records and mails nothing', async () => {
    const { recorded, mails } = await sweep();
    assert.deepEqual({ recorded, mails }, { recorded: {}, mails: { sent: 0, kept: 0, suppressed: 0 } });
  });
  await report.check('the schedule, brought forward, runs the sweep', async () => {
    const { key } = await warned.issue({ name: 'Nightly', expiresAt: soon() });
    await untilPast(key.expiresAt);
    await changeSchedule(system.operator, { State: 'ENABLED', ScheduleExpression: 'rate(1 minute)' });
    // Told of its issue, and then of its end.
    const mails = await mailbox.to(desk, 10);
    await changeSchedule(system.operator, { State: 'DISABLED', ScheduleExpression: 'cron(23 * * * ? *)' });
    assert.match(mails[9]?.subject ?? '', /^Key "Nightly" has expired \(/);
    assert.deepEqual(await warned.events(key.id), ['key.created by management_key', 'key.expired by system']);
  });
}

async function untilPast(at: string | null): Promise<void> {
  await sleep(Math.max(0, Date.parse(at ?? '') + 500 - Date.now()));
}
