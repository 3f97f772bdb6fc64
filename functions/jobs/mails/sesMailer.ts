import { SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mail } from '../../../shared/notices/notice.ts';
import type { config } from '../../config.ts';
import { readEnv } from '../../env.ts';
import { describeError, log } from '../../log.ts';

/** What became of a mail: accepted by SES, kept for later, or kept because nothing can be sent now, this and no other. */
export type Sent = 'sent' | 'kept' | 'halted';

export interface Mailer {
  send(mail: Mail, to: { recipient: string; organizationId: string }): Promise<Sent>;
}

// With them no mail of any organization would go out: the run ends, and the next one tries again.
const concernAll = ['TooManyRequestsException', 'LimitExceededException', 'SendingPausedException', 'AccountSuspendedException', 'MailFromDomainNotVerifiedException'];

/**
 * Sends by SES, which gets five tries with back-off where it throttles or fails. An answer that is lost after SES
 * has accepted a mail makes the retry a duplicate.
 */
export function sesMailer({ from, fromName }: NonNullable<typeof config.mail>): Mailer {
  const { MAIL_CONFIGURATION_SET } = readEnv('MAIL_CONFIGURATION_SET');
  const ses = new SESv2Client({ maxAttempts: 5, requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 } });
  return {
    async send({ subject, html, text }, { recipient, organizationId }) {
      const command = new SendEmailCommand({
        FromEmailAddress: `${displayName(fromName)} <${from}>`,
        Destination: { ToAddresses: [recipient] },
        ConfigurationSetName: MAIL_CONFIGURATION_SET,
        EmailTags: [{ Name: 'organizationId', Value: organizationId }],
        Content: {
          Simple: {
            Subject: utf8(subject),
            Body: { Html: utf8(html), Text: utf8(text) },
            // So that no out-of-office note answers.
            Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
          },
        },
      });
      try {
        await ses.send(command);
        return 'sent';
      } catch (error) {
        // An address is not for the log: who it is can be found by the organization.
        log('ERROR', 'mail not sent', { organizationId, error: { ...describeError(error), message: undefined, stack: undefined } });
        return error instanceof SESv2ServiceException && !concernAll.includes(error.name) && error.$fault === 'client' ? 'kept' : 'halted';
      }
    },
  };
}

function utf8(Data: string) {
  return { Data, Charset: 'UTF-8' };
}

/** As RFC 5322 takes it: quoted, or encoded (RFC 2047) where it is not plain ASCII. */
function displayName(name: string): string {
  if (/^[\x20-\x7E]*$/.test(name)) return `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
  return pieces(name).map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`).join(' ');
}

// An encoded word has 75 characters at most, 12 of them around its base64.
const maxWordBytes = 45;

/** A name cut between characters: a reader puts the words together again without the spaces between them. */
function pieces(name: string): string[] {
  const cut: string[] = [];
  let piece = '';
  for (const character of name) {
    if (Buffer.byteLength(piece + character) > maxWordBytes) {
      cut.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...cut, piece];
}
