import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sesMailer } from '../../../../functions/jobs/mails/sesMailer.ts';
import { linesOf } from '../stdout.ts';

const ses = mockClient(SESv2Client);
const mail = { subject: 'Key "Zoë" expires', html: '<p>Zoë</p>', text: 'Zoë' };
const to = { recipient: 'ada@example.com', organizationId: 'org_000000000001' };
const sender = { from: 'keys@example.com', fromName: 'Gatewarden', identity: 'create', locale: 'en-GB', maxPerOrganizationPerDay: 500, keyUrl: null } as const;

beforeEach(() => {
  ses.reset();
  vi.stubEnv('MAIL_CONFIGURATION_SET', 'gatewarden-mails');
  return () => vi.unstubAllEnvs();
});

describe('a mail', () => {
  it('goes to one recipient, through the configuration set, marked with its organization', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: '1' });
    expect(await sesMailer(sender).send(mail, to)).toBe('sent');
    expect(ses.commandCalls(SendEmailCommand).map(({ args: [{ input }] }) => input)).toEqual([
      {
        FromEmailAddress: '"Gatewarden" <keys@example.com>',
        Destination: { ToAddresses: ['ada@example.com'] },
        ConfigurationSetName: 'gatewarden-mails',
        EmailTags: [{ Name: 'organizationId', Value: 'org_000000000001' }],
        Content: {
          Simple: {
            Subject: { Data: 'Key "Zoë" expires', Charset: 'UTF-8' },
            Body: { Html: { Data: '<p>Zoë</p>', Charset: 'UTF-8' }, Text: { Data: 'Zoë', Charset: 'UTF-8' } },
            Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
          },
        },
      },
    ]);
  });

  it.each([
    ['Acme "Keys" \\o/', String.raw`"Acme \"Keys\" \\o/" <keys@example.com>`],
    ['Schlüssel', '=?UTF-8?B?U2NobMO8c3NlbA==?= <keys@example.com>'],
    // No encoded word may be longer than 75 characters, nor hold a part of one.
    ['Обслуживание ключей доступа 🔑', '=?UTF-8?B?0J7QsdGB0LvRg9C20LjQstCw0L3QuNC1INC60LvRjtGH0LXQuSDQtNC+0YE=?= =?UTF-8?B?0YLRg9C/0LAg8J+UkQ==?= <keys@example.com>'],
  ])('comes from %s as RFC 5322 and 2047 write it', async (fromName, written) => {
    ses.on(SendEmailCommand).resolves({});
    await sesMailer({ ...sender, fromName }).send(mail, to);
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input.FromEmailAddress).toBe(written);
  });
});

/** As SES refuses: the SDK's exceptions are made of a name and whose fault it was. */
async function refused(name: string, $fault: 'client' | 'server'): Promise<string> {
  const { SESv2ServiceException } = await import('@aws-sdk/client-sesv2');
  ses.on(SendEmailCommand).rejects(new SESv2ServiceException({ name, $fault, message: 'Email address is not verified: ada@example.com', $metadata: {} }));
  return sesMailer(sender).send(mail, to);
}

describe('what cannot be sent is kept', () => {
  it.each(['MessageRejected', 'BadRequestException', 'NotFoundException'])('%s concerns this mail: others go on', async (name) => {
    expect(await refused(name, 'client')).toBe('kept');
  });

  it.each(['TooManyRequestsException', 'LimitExceededException', 'SendingPausedException', 'AccountSuspendedException', 'MailFromDomainNotVerifiedException'])(
    '%s concerns all: the run sends no more',
    async (name) => {
      expect(await refused(name, 'client')).toBe('halted');
    },
  );

  it('so does a fault of SES, and a network that is down', async () => {
    expect(await refused('InternalServiceErrorException', 'server')).toBe('halted');
    ses.on(SendEmailCommand).rejects(new Error('connect ECONNREFUSED'));
    expect(await sesMailer(sender).send(mail, to)).toBe('halted');
  });

  it('the log names the organization and the error, and no address', async () => {
    const lines = await linesOf(() => refused('MessageRejected', 'client'));
    expect(lines.join('')).toContain('MessageRejected');
    expect(lines.join('')).toContain('org_000000000001');
    expect(lines.join('')).not.toContain('ada@example.com');
  });
});
