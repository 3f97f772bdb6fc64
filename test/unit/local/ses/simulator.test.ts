import { DeleteSuppressedDestinationCommand, GetSuppressedDestinationCommand, ListSuppressedDestinationsCommand, PutSuppressedDestinationCommand, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMail, startMailServer } from './mailServer.ts';
import type { MailServer } from './mailServer.ts';

let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server.close());

const sendTo = (...to: string[]) => server.client.send(new SendEmailCommand({ ...aMail, Destination: { ToAddresses: to }, EmailTags: [{ Name: 'organizationId', Value: 'org_1' }] }));
const detailTypes = () => server.events.map(({ detailType }) => detailType);

describe('the mailbox simulator', () => {
  it.each(['bounce@simulator.amazonses.com', 'bounce+ada@simulator.amazonses.com', 'Bounce@SIMULATOR.amazonses.com'])('a mail to %s does not arrive, and SES says that it bounced for good', async (to) => {
    const { MessageId } = await sendTo(to);
    expect(server.mail.messages.list()).toEqual([]);
    expect(detailTypes()).toEqual(['Email Sent', 'Email Bounced']);
    expect(server.events[1]).toMatchObject({
      source: 'aws.ses',
      resources: ['arn:aws:ses:eu-central-1:000000000000:configuration-set/mails'],
      detail: {
        eventType: 'Bounce',
        bounce: { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [{ emailAddress: to, action: 'failed', status: '5.1.1' }], timestamp: '2026-11-22T09:15:00.000Z' },
        mail: {
          messageId: MessageId,
          timestamp: '2026-11-22T09:15:00.000Z',
          source: 'Gatewarden <keys@example.com>',
          destination: [to],
          tags: { organizationId: ['org_1'], 'ses:configuration-set': ['mails'], 'ses:from-domain': ['example.com'] },
          commonHeaders: { subject: '2 keys expire · soon' },
        },
      },
    });
  });

  it('a mail to complaint@ arrives, and SES says that its reader complained', async () => {
    await sendTo('complaint+ada@simulator.amazonses.com');
    expect(server.mail.messages.list()).toHaveLength(1);
    expect(detailTypes()).toEqual(['Email Sent', 'Email Delivered', 'Email Complaint Received']);
    expect(server.events[2]).toMatchObject({
      detail: { eventType: 'Complaint', complaint: { complainedRecipients: [{ emailAddress: 'complaint+ada@simulator.amazonses.com' }], complaintFeedbackType: 'abuse', timestamp: '2026-11-22T09:15:00.000Z' } },
    });
  });

  it.each(['success@simulator.amazonses.com', 'ooto@simulator.amazonses.com', 'bounce@example.com'])('a mail to %s arrives', async (to) => {
    await sendTo(to);
    expect(server.mail.messages.list()).toHaveLength(1);
    expect(detailTypes()).toEqual(['Email Sent', 'Email Delivered']);
  });

  it('a mail to suppressionlist@ bounces as one to a suppressed address', async () => {
    await sendTo('suppressionlist@simulator.amazonses.com');
    expect(server.mail.messages.list()).toEqual([]);
    expect(server.events[1]).toMatchObject({ detailType: 'Email Bounced', detail: { bounce: { bounceType: 'Permanent', bounceSubType: 'Suppressed' } } });
  });

  it('a mail to several arrives at those that do not bounce', async () => {
    await sendTo('bounce@simulator.amazonses.com', 'ada@example.com');
    expect(server.mail.messages.list()).toHaveLength(1);
    expect(server.events.map(({ detail }) => detail)).toMatchObject([{ eventType: 'Send' }, { delivery: { recipients: ['ada@example.com'] } }, { bounce: { bouncedRecipients: [{ emailAddress: 'bounce@simulator.amazonses.com' }] } }]);
  });

  it('only the types of the configuration set are published, and none without one', async () => {
    server.mail.senders.addConfigurationSet({ name: 'mails', suppressedReasons: [], published: new Set(['BOUNCE', 'COMPLAINT']) });
    await sendTo('bounce@simulator.amazonses.com', 'ada@example.com');
    expect(detailTypes()).toEqual(['Email Bounced']);
    await server.client.send(new SendEmailCommand({ ...aMail, ConfigurationSetName: undefined, Destination: { ToAddresses: ['bounce@simulator.amazonses.com'] } }));
    expect(detailTypes()).toEqual(['Email Bounced']);
  });
});

describe('the suppression list of the account', () => {
  const put = (Reason: 'BOUNCE' | 'COMPLAINT') => server.client.send(new PutSuppressedDestinationCommand({ EmailAddress: 'Ada@example.com', Reason }));

  it.each([
    ['BOUNCE', { eventType: 'Bounce', bounce: { bounceSubType: 'OnAccountSuppressionList', bouncedRecipients: [{ emailAddress: 'ada@example.com' }] } }],
    ['COMPLAINT', { eventType: 'Complaint', complaint: { complaintSubType: 'OnAccountSuppressionList', complainedRecipients: [{ emailAddress: 'ada@example.com' }] } }],
  ] as const)('an address on it for a %s gets nothing, and SES says so', async (reason, detail) => {
    await put(reason);
    await sendTo('ada@example.com');
    expect(server.mail.messages.list()).toEqual([]);
    expect(server.events.map((event) => event.detail)).toMatchObject([{ eventType: 'Send' }, detail]);
  });

  it('a configuration set that suppresses for complaints alone writes to those that bounced', async () => {
    server.mail.senders.addConfigurationSet({ name: 'mails', suppressedReasons: ['COMPLAINT'], published: new Set() });
    await put('BOUNCE');
    await sendTo('ada@example.com');
    expect(server.mail.messages.list()).toHaveLength(1);
  });

  it('can be read and cleared', async () => {
    await put('BOUNCE');
    const entry = { EmailAddress: 'ada@example.com', Reason: 'BOUNCE', LastUpdateTime: new Date('2026-11-22T09:15:00.000Z') };
    expect(await server.client.send(new GetSuppressedDestinationCommand({ EmailAddress: 'ada@example.com' }))).toMatchObject({ SuppressedDestination: entry });
    expect(await server.client.send(new ListSuppressedDestinationsCommand({}))).toMatchObject({ SuppressedDestinationSummaries: [entry] });
    await server.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress: 'ada@example.com' }));
    await expect(server.client.send(new GetSuppressedDestinationCommand({ EmailAddress: 'ada@example.com' }))).rejects.toMatchObject({ name: 'NotFoundException', $metadata: { httpStatusCode: 404 } });
    await sendTo('ada@example.com');
    expect(server.mail.messages.list()).toHaveLength(1);
  });
});

it('an operation of SES that is not played says so', async () => {
  const response = await fetch(`${server.url}/v2/email/templates`);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: 'The local platform does not play GET /v2/email/templates.' });
});
