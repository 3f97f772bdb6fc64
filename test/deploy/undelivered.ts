import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { expectStatus } from './expectations.ts';
import type { Jobs } from './jobs.ts';
import type { Mailbox } from './mailbox.ts';
import type { Operator } from './operator.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import { desk, owner } from './warned.ts';
import type { Warned } from './warned.ts';

interface Setting {
  readonly system: System;
  readonly jobs: Jobs;
  readonly warned: Warned;
  readonly mailbox: Mailbox;
}

const organizationShape = z.object({ suppressedEmails: z.array(z.object({ email: z.string(), reason: z.string() })) });

/** What SES tells the bus of a mail that could not be delivered. */
export function bounceOf(emailAddress: string, configurationSet: string) {
  return {
    version: '0',
    id: '2c1ad5b0-6f0c-4f5e-9d3d-0d6a1b3f7c11',
    'detail-type': 'Email Bounced',
    source: 'aws.ses',
    account: '000000000000',
    time: '2026-11-22T08:00:00Z',
    region: 'us-east-1',
    resources: [`arn:aws:ses:us-east-1:000000000000:configuration-set/${configurationSet}`],
    detail: {
      eventType: 'Bounce',
      mail: { messageId: '0100018c0ffee', source: 'keys@example.com', destination: [emailAddress], tags: { 'ses:configuration-set': [configurationSet] } },
      bounce: { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [{ emailAddress, action: 'failed', status: '5.1.1' }], timestamp: '2026-11-22T08:00:00.000Z' },
    },
  };
}

/** Mails that do not come through: addresses that bounce, and what SES does not take. */
export async function undelivered(setting: Setting, report: Report): Promise<void> {
  await bounces(setting, report);
  await sandbox(setting, report);
}

/** An address that cannot be delivered to gets no more mails, until it is named anew. */
async function bounces({ system, jobs, warned, mailbox }: Setting, report: Report): Promise<void> {
  const suppressed = async () => organizationShape.parse((await system.manage({ path: warned.path('') })).body).suppressedEmails.map(({ email, reason }) => `${email} ${reason}`);
  await report.step('an address whose mails bounce is shown as suppressed', async () => {
    assert.equal(await jobs.run('SuppressAddress', bounceOf(desk, jobs.configurationSet)), null);
    assert.deepEqual(await suppressed(), [`${desk} bounce`]);
  });
  await report.check('it is mailed no more, and others are', async () => {
    const [before, ofDesk] = [(await mailbox.to(owner, 0)).length, (await mailbox.to(desk, 0)).length];
    for (const [at, name] of ['Unheard', 'Unheard too'].entries()) {
      await warned.issue({ name });
      assert.equal((await mailbox.to(owner, before + at + 1)).length, before + at + 1);
    }
    assert.equal((await mailbox.to(desk, 0)).length, ofDesk);
  });
  await report.check('it is mailed again once an admin names it anew', async () => {
    const ofDesk = (await mailbox.to(desk, 0)).length;
    for (const noticeEmails of [[], [desk]]) expectStatus(await warned.patch({ policy: { noticeEmails } }), 200);
    assert.deepEqual(await suppressed(), []);
    await warned.issue({ name: 'Heard' });
    assert.match((await mailbox.to(desk, ofDesk + 1)).at(-1)?.subject ?? '', /^Key "Heard" was created \(/);
  });
}

const sweptShape = z.object({ mails: z.object({ sent: z.number(), kept: z.number(), suppressed: z.number() }) });

/** In the sandbox SES takes no mail to an address that is not confirmed. */
async function sandbox({ system: { operator }, jobs, warned, mailbox }: Setting, report: Report): Promise<void> {
  const sweep = async () => sweptShape.parse(await jobs.run('SweepKeys', { scheduledAt: new Date().toISOString() })).mails;
  const leave = (ProductionAccessEnabled: boolean) =>
    operator.aws('sesv2', 'put_account_details', { MailType: 'TRANSACTIONAL', WebsiteURL: 'https://example.com', ProductionAccessEnabled });
  await report.check('what SES refuses in its sandbox is kept, and sent by the first sweep after', async () => {
    const before = [(await mailbox.to(owner, 0)).length, (await mailbox.to(desk, 0)).length];
    await leave(false);
    try {
      await warned.issue({ name: 'Kept' });
      await refused(operator, jobs);
      assert.deepEqual(await sweep(), { sent: 0, kept: 2, suppressed: 0 });
      assert.deepEqual([(await mailbox.to(owner, 0)).length, (await mailbox.to(desk, 0)).length], before);
    } finally {
      await leave(true);
    }
    assert.deepEqual(await sweep(), { sent: 2, kept: 0, suppressed: 0 });
    for (const address of [owner, desk]) assert.match((await mailbox.to(address, 0)).at(-1)?.subject ?? '', /^Key "Kept" was created \(/);
  });
}

/** Waits until the mails of the issue were tried. */
async function refused(operator: Operator, jobs: Jobs): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const lines = (await operator.logLines(jobs.logGroup('MailKeyEvents'))).filter((line) => line.includes('"mail not sent"'));
    if (lines.length >= 2) return assert.ok(lines.every((line) => line.includes('"MessageRejected"')), lines[0]);
    await sleep(250);
  }
  throw new Error('No mail was refused within 10 s.');
}
