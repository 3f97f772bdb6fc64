import { GetAccountCommand, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMail, aMailWith, startMailServer } from './mailServer.ts';
import type { MailServer } from './mailServer.ts';

let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server.close());

const send = (input: SendEmailCommandInput) => server.client.send(new SendEmailCommand(input));

/** Sent as it stands: the client's types would not let it pass. */
async function post(body: unknown): Promise<{ status: number; type: string | null; body: unknown }> {
  const response = await fetch(`${server.url}/v2/email/outbound-emails`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), body: await response.json() };
}

const nothingArrived = () => expect(server.mail.messages.list()).toEqual([]);

describe('a mail that is in order', () => {
  it('arrives as it was sent, under the id that its sender gets', async () => {
    const { MessageId } = await send({ ...aMailWith({ Headers: [{ Name: 'List-Unsubscribe', Value: '<https://example.com/u>' }] }), ReplyToAddresses: ['ops@example.com'] });
    expect(MessageId).toBe('000001a202899220-uuid-1-000000');
    expect(server.mail.messages.list()).toEqual([
      {
        id: MessageId,
        at: '2026-11-22T09:15:00.000Z',
        from: 'Gatewarden <keys@example.com>',
        to: ['ada@example.com'],
        subject: '2 keys expire · soon',
        text: 'Two keys.',
        html: '<p>Two keys.</p>',
        headers: {
          From: 'Gatewarden <keys@example.com>',
          To: 'ada@example.com',
          'Reply-To': 'ops@example.com',
          Subject: '2 keys expire · soon',
          'List-Unsubscribe': '<https://example.com/u>',
          Date: 'Sun, 22 Nov 2026 09:15:00 +0000',
          'Message-ID': `<${MessageId}@eu-central-1.amazonses.com>`,
        },
      },
    ]);
  });

  it('may hold hostile HTML: it is kept as it is, for whoever shows it to mind', async () => {
    await send(aMailWith({ Subject: { Data: `<script>alert(1)</script>"'` }, Body: { Html: { Data: '<script>alert(1)</script>' } } }));
    expect(server.mail.messages.list()).toMatchObject([{ subject: `<script>alert(1)</script>"'`, text: null, html: '<script>alert(1)</script>' }]);
  });

  it('goes to 50 recipients', async () => {
    await send({ ...aMail, Destination: { ToAddresses: Array.from({ length: 50 }, (_, index) => `a${index}@example.com`) } });
    expect(server.mail.messages.list()[0]?.to).toHaveLength(50);
  });

  it('counts against the quota of the account', async () => {
    await send(aMail);
    expect(await server.client.send(new GetAccountCommand({}))).toMatchObject({ ProductionAccessEnabled: true, SendingEnabled: true, SendQuota: { SentLast24Hours: 1 } });
  });
});

describe('a mail is refused, and does not arrive', () => {
  it.each<[string, SendEmailCommandInput, RegExp]>([
    ['without a recipient', { ...aMail, Destination: {} }, /no recipient/u],
    ['to 51 recipients', { ...aMail, Destination: { ToAddresses: Array.from({ length: 50 }, () => 'a@example.com'), BccAddresses: ['b@example.com'] } }, /^Recipient count exceeds 50/u],
    ['to no address', { ...aMail, Destination: { ToAddresses: ['ada'] } }, /^Missing final '@domain'/u],
    ['to a host without a domain', { ...aMail, Destination: { ToAddresses: ['ada@localhost'] } }, /^Illegal address/u],
    ['to two dots in a row', { ...aMail, Destination: { ToAddresses: ['a..b@example.com'] } }, /^Illegal address/u],
    ['to two addresses in one', { ...aMail, Destination: { ToAddresses: ['a@example.com,b@example.com'] } }, /^Illegal address/u],
    ['to a name beyond ASCII', { ...aMail, Destination: { ToAddresses: ['Zoë <zoe@example.com>'] } }, /must be printable ASCII/u],
    ['with a header in a recipient', { ...aMail, Destination: { ToAddresses: ['a@example.com\r\nBcc: b@example.com'] } }, /must be printable ASCII/u],
    ['with a header in the sender', { ...aMail, FromEmailAddress: 'Gatewarden\r\nBcc: b@example.com\r\n <keys@example.com>' }, /must be printable ASCII/u],
    ['with an unquoted special name', { ...aMail, FromEmailAddress: 'Example, Inc. <keys@example.com>' }, /must be quoted/u],
    ['with a header in the subject', aMailWith({ Subject: { Data: 'Hello\r\nBcc: b@example.com' } }), /line breaks/u],
    ['with a lone line feed in the subject', aMailWith({ Subject: { Data: 'Hello\nBcc: b@example.com' } }), /line breaks/u],
    ['with a header in a header', aMailWith({ Headers: [{ Name: 'X-Kind', Value: 'a\r\nBcc: b@example.com' }] }), /printable ASCII on one line/u],
    ['with a header in a header’s name', aMailWith({ Headers: [{ Name: 'X-Kind: a\r\nBcc', Value: 'b@example.com' }] }), /without a colon/u],
    ['with a header that other fields set', aMailWith({ Headers: [{ Name: 'bCC', Value: 'b@example.com' }] }), /set by other fields/u],
    ['with 16 headers', aMailWith({ Headers: Array.from({ length: 16 }, (_, index) => ({ Name: `X-${index}`, Value: 'a' })) }), /Headers/u],
    ['with neither text nor HTML', aMailWith({ Body: {} }), /neither text nor HTML/u],
    ['beyond ASCII without a character set', aMailWith({ Subject: { Data: 'Schlüssel' } }), /names no Charset/u],
    ['in an unknown character set', aMailWith({ Subject: { Data: 'Key', Charset: 'UTF-9' } }), /unknown character set/u],
    ['with a tag that SES does not take', { ...aMail, EmailTags: [{ Name: 'organization', Value: 'org 1' }] }, /EmailTags/u],
    ['with an attachment, which is not played', aMailWith({ Attachments: [{ FileName: 'a.txt', RawContent: new Uint8Array([65]) }] }), /Attachments/u],
  ])('%s', async (_name, input, message) => {
    await expect(send(input)).rejects.toMatchObject({ name: 'BadRequestException', message: expect.stringMatching(message), $metadata: { httpStatusCode: 400 } });
    nothingArrived();
  });

  it('with a body that is no mail', async () => {
    expect(await post('{')).toEqual({ status: 400, type: 'SerializationException', body: { message: 'The body is no JSON.' } });
    expect(await post('')).toMatchObject({ status: 400, type: 'BadRequestException' });
    expect(await post({ ...aMail, FromEmailAddress: 1 })).toMatchObject({ status: 400, type: 'BadRequestException' });
    nothingArrived();
  });

  it('through a configuration set that does not exist', async () => {
    await expect(send({ ...aMail, ConfigurationSetName: 'others' })).rejects.toMatchObject({ name: 'NotFoundException', message: 'Configuration set others does not exist.', $metadata: { httpStatusCode: 404 } });
    nothingArrived();
  });
});

describe('where a template has an identity', () => {
  it.each([
    ['example.com', 'keys@example.com'],
    ['Example.com', 'keys@EXAMPLE.com'],
    ['example.com', 'keys@mail.example.com'],
    ['keys@example.com', 'keys@EXAMPLE.com'],
  ])('%s sends as %s', async (identity, from) => {
    server.mail.senders.addIdentity({ name: identity, configurationSet: undefined });
    expect(await send({ ...aMail, FromEmailAddress: from })).toMatchObject({ MessageId: expect.any(String) });
  });

  it.each([
    ['example.com', 'keys@example.org'],
    ['example.com', 'keys@notexample.com'],
    ['keys@example.com', 'other@example.com'],
    ['keys@example.com', 'Keys@example.com'],
    ['mail.example.com', 'keys@example.com'],
  ])('%s does not send as %s', async (identity, from) => {
    server.mail.senders.addIdentity({ name: identity, configurationSet: undefined });
    await expect(send({ ...aMail, FromEmailAddress: from })).rejects.toMatchObject({
      name: 'MessageRejected',
      message: `Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ${from}`,
      $metadata: { httpStatusCode: 400 },
    });
    nothingArrived();
  });

  it('its configuration set is that of mails that name none', async () => {
    server.mail.senders.addIdentity({ name: 'example.com', configurationSet: 'mails' });
    await send({ ...aMail, ConfigurationSetName: undefined });
    expect(server.events.map(({ detailType }) => detailType)).toEqual(['Email Sent', 'Email Delivered']);
  });
});

describe('a test makes SES', () => {
  it.each([
    ['throttled', 'TooManyRequestsException', 429, 'Maximum sending rate exceeded.'],
    ['quota', 'TooManyRequestsException', 429, 'Daily message quota exceeded.'],
    ['rejected', 'MessageRejected', 400, 'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ada@example.com'],
    ['paused', 'SendingPausedException', 400, 'Email sending is disabled for this account.'],
    ['unavailable', 'InternalServiceErrorException', 500, 'Service unavailable.'],
  ] as const)('fail as %s, as often as it says', async (kind, name, httpStatusCode, message) => {
    server.mail.failNext(kind, 2);
    await expect(send(aMail)).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode } });
    await expect(send(aMail)).rejects.toMatchObject({ name });
    nothingArrived();
    await send(aMail);
    expect(server.mail.messages.list()).toHaveLength(1);
  });

  it('send a mail and lose the answer', async () => {
    server.mail.failNext('answerLost');
    await expect(send(aMail)).rejects.toThrow(/socket hang up|ECONNRESET/u);
    expect(server.mail.messages.list()).toHaveLength(1);
  });
});
