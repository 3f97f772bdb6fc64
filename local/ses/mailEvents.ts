import { domainOf } from './address.ts';
import type { OutgoingMail } from './sendRequest.ts';
import type { SendingEvent } from './senders.ts';
import { arrives } from './simulator.ts';
import type { Fate } from './simulator.ts';

/** A mail that SES took, with what became of it at each recipient. */
export interface TakenMail {
  readonly id: string;
  readonly atMs: number;
  readonly mail: OutgoingMail;
  readonly headers: Readonly<Record<string, string>>;
  readonly configurationSet: string;
  readonly fates: readonly { readonly email: string; readonly fate: Fate }[];
}

/** Where it happens, as ARNs name it. */
export interface Account {
  readonly region: string;
  readonly accountId: string;
}

/** What goes on the event bus. */
export interface BusEvent {
  readonly source: 'aws.ses';
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/**
 * The sending events of a mail, in order, as SES publishes them on EventBridge.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function eventsOf(taken: TakenMail, account: Account): { type: SendingEvent; event: BusEvent }[] {
  const mail = describeMail(taken, account);
  const event = (type: SendingEvent, detailType: string, part: object) => ({ type, event: { source: 'aws.ses' as const, detailType, resources: [resourceArn(taken, account)], detail: { ...part, mail } } });
  const timestamp = new Date(taken.atMs).toISOString();
  const arrived = taken.fates.filter(({ fate }) => arrives(fate)).map(({ email }) => email);
  return [
    event('SEND', 'Email Sent', { eventType: 'Send', send: {} }),
    ...(arrived.length > 0 ? [event('DELIVERY', 'Email Delivered', { eventType: 'Delivery', delivery: delivery(arrived, timestamp) })] : []),
    ...taken.fates.flatMap(({ email, fate }, index) => {
      const feedback = { timestamp, feedbackId: `${taken.id.slice(0, -6)}${String(index).padStart(6, '0')}` };
      if (fate.kind === 'bounced') return [event('BOUNCE', 'Email Bounced', { eventType: 'Bounce', bounce: { ...bounce(email, fate), ...feedback } })];
      if (fate.kind === 'complained') return [event('COMPLAINT', 'Email Complaint Received', { eventType: 'Complaint', complaint: { ...complaint(email, fate, timestamp), ...feedback } })];
      return [];
    }),
  ];
}

const resourceArn = ({ configurationSet }: TakenMail, { region, accountId }: Account): string => `arn:aws:ses:${region}:${accountId}:configuration-set/${configurationSet}`;

function delivery(recipients: readonly string[], timestamp: string): object {
  return { timestamp, processingTimeMillis: 1, recipients, smtpResponse: '250 2.6.0 Message received', reportingMTA: 'local' };
}

function bounce(email: string, { subType, status, diagnosticCode }: Fate & { kind: 'bounced' }): object {
  return {
    bounceType: 'Permanent',
    bounceSubType: subType,
    bouncedRecipients: [{ emailAddress: email, action: 'failed', status, diagnosticCode }],
    reportingMTA: 'dns; amazonses.com',
  };
}

function complaint(email: string, { subType }: Fate & { kind: 'complained' }, timestamp: string): object {
  return {
    complainedRecipients: [{ emailAddress: email }],
    complaintSubType: subType,
    ...(subType === null && { userAgent: 'Amazon SES Mailbox Simulator', complaintFeedbackType: 'abuse', arrivalDate: timestamp }),
  };
}

function describeMail({ id, atMs, mail, headers, configurationSet, fates }: TakenMail, { region, accountId }: Account): object {
  return {
    timestamp: new Date(atMs).toISOString(),
    source: mail.from.text,
    sourceArn: `arn:aws:ses:${region}:${accountId}:identity/${domainOf(mail.from.email)}`,
    sendingAccountId: accountId,
    messageId: id,
    destination: fates.map(({ email }) => email),
    headersTruncated: false,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    commonHeaders: { from: [mail.from.text], to: mail.to.map(({ text }) => text), messageId: id, subject: mail.subject },
    tags: {
      'ses:configuration-set': [configurationSet],
      'ses:from-domain': [domainOf(mail.from.email)],
      ...Object.fromEntries(mail.tags.map(({ name, value }) => [name, [value]])),
    },
  };
}
