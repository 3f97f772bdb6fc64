import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { findJobs } from './jobs.ts';
import type { Operator } from './operator.ts';
import type { Lack } from './report.ts';
import { keysTable } from './tables.ts';

const isConfirmed = z.object({ VerifiedForSendingStatus: z.boolean() });

/** What the emulator's SES and its streams cannot express. */
export function mailLacks(operator: Operator): Lack[] {
  const send = (fields: Readonly<Record<string, unknown>>) =>
    operator.aws('sesv2', 'send_email', {
      FromEmailAddress: 'keys@example.com',
      Destination: { ToAddresses: ['bounce@simulator.amazonses.com'] },
      Content: { Simple: { Subject: { Data: 'Probe' }, Body: { Text: { Data: 'Probe' } } } },
      ...fields,
    });
  const isRefused = (sending: Promise<unknown>) =>
    sending.then(
      () => false,
      () => true,
    );
  return [
    {
      guarantee: 'nothing is sent before the address that mails are from is confirmed',
      instead: 'an identity counts as confirmed from the start',
      worksNow: async () => !isConfirmed.parse(await operator.aws('sesv2', 'get_email_identity', { EmailIdentity: 'keys@example.com' })).VerifiedForSendingStatus,
    },
    {
      guarantee: 'each mail names the configuration set, and one that is not there is noticed',
      instead: 'SES takes any name, and keeps neither it nor headers and tags',
      worksNow: () => isRefused(send({ ConfigurationSetName: 'none-such' })),
    },
    {
      guarantee: 'a bounce reaches the function by the bus',
      instead: 'SES publishes no events, and nobody else may publish as aws.ses; the function is called by hand',
      async worksNow() {
        await send({ ConfigurationSetName: (await findJobs(operator)).configurationSet });
        await sleep(2_000);
        const Key = { pk: { S: 'SUPPRESSED#bounce@simulator.amazonses.com' }, sk: { S: 'SUPPRESSED' } };
        return hasItem(await operator.aws('dynamodb', 'get_item', { TableName: await keysTable(operator), Key }));
      },
    },
    {
      guarantee: 'a record of the stream that a consumer could not handle comes again, and rests in the queue at last',
      instead: 'what a function answers as batchItemFailures is not looked at',
      worksNow: () => comesAgain(operator),
    },
  ];
}

function hasItem(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'Item' in answer;
}

/** Whether a record that cannot be read is given to its consumer more than once. */
async function comesAgain(operator: Operator): Promise<boolean> {
  const TableName = await keysTable(operator);
  const Key = { pk: { S: 'EVENTS#probe' }, sk: { S: 'EVENT#probe' } };
  const group = (await findJobs(operator)).logGroup('MailKeyEvents');
  const failures = async () => (await operator.logLines(group)).filter((line) => line.includes('"record of a change not handled"')).length;
  const before = await failures();
  await operator.aws('dynamodb', 'put_item', { TableName, Item: { ...Key, type: { S: 'key.created' } } });
  const deadlineMs = performance.now() + 10_000;
  while ((await failures()) === before && performance.now() < deadlineMs) await sleep(250);
  if ((await failures()) === before) throw new Error('The record did not reach the consumer.');
  await sleep(3_000);
  await operator.aws('dynamodb', 'delete_item', { TableName, Key });
  return (await failures()) > before + 1;
}
