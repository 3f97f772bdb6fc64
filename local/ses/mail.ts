import { eventsOf } from './mailEvents.ts';
import type { BusEvent, TakenMail } from './mailEvents.ts';
import type { MailMessage } from './message.ts';
import { createMessageStore } from './messageStore.ts';
import type { MessageStore } from './messageStore.ts';
import { createPlannedFailures, errorOf } from './plannedFailures.ts';
import type { MailFailure } from './plannedFailures.ts';
import { parseSendRequest } from './sendRequest.ts';
import type { OutgoingMail } from './sendRequest.ts';
import { createSenders } from './senders.ts';
import type { ConfigurationSet, Senders } from './senders.ts';
import { arrives, fateAt } from './simulator.ts';
import { createSuppressions } from './suppressions.ts';
import type { Suppressions } from './suppressions.ts';

/** SES: takes mails, keeps those that arrive, and tells the event bus what became of them. */
export interface Mail {
  readonly senders: Senders;
  readonly suppressions: Suppressions;
  readonly messages: MessageStore;
  /** SendEmail; throws a SesError. Where `isAnswerLost`, the mail was sent and its sender must not hear of it. */
  send(input: unknown): { readonly messageId: string; readonly isAnswerLost: boolean };
  /** GetAccount. */
  account(): object;
  /** For tests: the next `count` (1) requests to send fail. */
  failNext(kind: MailFailure, count?: number): void;
}

export interface MailOptions {
  readonly dataDir: string | undefined;
  readonly region: string;
  readonly accountId: string;
  readonly nowMs: () => number;
  readonly uuid: () => string;
  /** The default event bus. */
  readonly publish: (event: BusEvent) => void;
}

const dayMs = 86_400_000;
const max24HourSend = 50_000;
const maxSendRate = 14;

export function createMail(options: MailOptions): Mail {
  const { dataDir, region, nowMs } = options;
  const senders = createSenders(region);
  const suppressions = createSuppressions({ dataDir, nowMs });
  const messages = createMessageStore({ dataDir });
  const failures = createPlannedFailures();
  return {
    senders,
    suppressions,
    messages,
    failNext: (kind, count = 1) => failures.add(kind, count),
    send(input) {
      const mail = parseSendRequest(input);
      const failure = failures.take();
      if (failure !== undefined && failure !== 'answerLost') throw errorOf(failure, mail, region);
      const set = configurationSetOf(mail, senders);
      const taken = take(mail, set, { ...options, suppressions });
      if (taken.fates.some(({ fate }) => arrives(fate))) messages.add(messageOf(taken));
      for (const { type, event } of eventsOf(taken, options)) if (set?.published.has(type) === true) options.publish(event);
      return { messageId: taken.id, isAnswerLost: failure === 'answerLost' };
    },
    account: () => ({
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendQuota: { Max24HourSend: max24HourSend, MaxSendRate: maxSendRate, SentLast24Hours: messages.list().filter(({ at }) => Date.parse(at) > nowMs() - dayMs).length },
    }),
  };
}

function configurationSetOf(mail: OutgoingMail, senders: Senders): ConfigurationSet | undefined {
  const identity = senders.identityOf(mail.from.email);
  const name = mail.configurationSet ?? identity?.configurationSet;
  return name === undefined ? undefined : senders.configurationSet(name);
}

function take(mail: OutgoingMail, set: ConfigurationSet | undefined, { nowMs, uuid, suppressions, region }: MailOptions & { suppressions: Suppressions }): TakenMail {
  const atMs = nowMs();
  const id = `${atMs.toString(16).padStart(16, '0')}-${uuid()}-000000`;
  const fates = [...mail.to, ...mail.cc, ...mail.bcc].map(({ email }) => {
    const reason = suppressions.reasonFor(email);
    return { email, fate: fateAt(email, reason !== undefined && set?.suppressedReasons.includes(reason) !== false ? reason : undefined) };
  });
  return { id, atMs, mail, fates, headers: headersOf(mail, `<${id}@${region}.amazonses.com>`, atMs), configurationSet: set?.name ?? '' };
}

function headersOf(mail: OutgoingMail, messageId: string, atMs: number): Record<string, string> {
  const headers = new Map([['From', mail.from.text]]);
  for (const [name, addresses] of [['To', mail.to], ['Cc', mail.cc], ['Reply-To', mail.replyTo]] as const) if (addresses.length > 0) headers.set(name, addresses.map(({ text }) => text).join(', '));
  headers.set('Subject', mail.subject);
  for (const { name, value } of mail.headers) headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  // SES writes these two over whatever the sender wrote.
  for (const name of headers.keys()) if (/^(?:date|message-id)$/iu.test(name)) headers.delete(name);
  headers.set('Date', new Date(atMs).toUTCString().replace('GMT', '+0000'));
  headers.set('Message-ID', messageId);
  return Object.fromEntries(headers);
}

function messageOf({ id, atMs, mail, headers }: TakenMail): MailMessage {
  const { from, to, subject, text, html } = mail;
  return { id, at: new Date(atMs).toISOString(), from: from.text, to: to.map((address) => address.text), subject, text, html, headers };
}
