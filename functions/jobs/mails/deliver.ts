import { randomUUID } from 'node:crypto';
import type { KeyStore } from '../../../shared/keys/store.ts';
import { composeMail } from '../../../shared/notices/mail/composeMail.ts';
import type { Notice } from '../../../shared/notices/notice.ts';
import type { MailGroup, NoticeStore } from '../../../shared/notices/store.ts';
import type { SuppressionStore } from '../../../shared/notices/suppressions.ts';
import type { Policy } from '../../../shared/organizations/organization.ts';
import type { OrganizationStore } from '../../../shared/organizations/store.ts';
import { describeError, log } from '../../log.ts';
import { linesOf } from './lines.ts';
import type { Mailer, Sent } from './sesMailer.ts';

export interface Delivery {
  readonly stores: {
    readonly keys: Pick<KeyStore, 'get'>;
    readonly organizations: Pick<OrganizationStore, 'get'>;
    readonly notices: NoticeStore;
    readonly suppressions: Pick<SuppressionStore, 'get'>;
  };
  readonly mailer: Mailer;
  /** Last uses of keys, in ISO 8601; a key that is not in it is not known to have been used. */
  readonly lastUses: (keyIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly look: { readonly locale: string; readonly keyUrl: string | null; readonly managementUrl: string };
  /** Mails of one organization in a day; what is beyond waits. */
  readonly maxPerDay: number;
  /** When to stop, in milliseconds since 1970: what is left waits for the next run. */
  readonly untilMs: number;
}

/** How many mails; `kept` are those that wait in the outbox for the next run. */
export interface Delivered {
  readonly sent: number;
  readonly kept: number;
  /** Mails to addresses that are not mailed any more. */
  readonly suppressed: number;
}

/** So that a run which cannot send all does not leave the same ones waiting each time. */
function inAnyOrder(groups: readonly MailGroup[]): MailGroup[] {
  return groups
    .map((group) => ({ group, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ group }) => group);
}

type Outcome = Sent | 'suppressed' | 'nothing';

/**
 * Sends what waits in the outbox, one mail a recipient and organization, of `only` some or of all. A mail leaves the
 * outbox after SES has accepted it: a process that dies between the two has it sent again, and so has one that is
 * frozen for longer than its claim lasts. Otherwise each is sent once, by however many senders at a time.
 */
export async function deliverMails(delivery: Delivery, only?: readonly MailGroup[]): Promise<Delivered> {
  const { groups, unreadable } = only ? { groups: only, unreadable: 0 } : await delivery.stores.notices.waiting();
  // They wait like any other, so that somebody is told of them before TTL deletes them.
  if (unreadable > 0) log('ERROR', 'mails not read', { lines: unreadable });
  const count = { sent: 0, kept: unreadable, suppressed: 0 };
  let isHalted = false;
  for (const group of only ?? inAnyOrder(groups)) {
    const isStopped = isHalted || delivery.nowMs() >= delivery.untilMs;
    const outcome = isStopped ? 'kept' : await tryToDeliver(delivery, group);
    if (outcome === 'halted') isHalted = true;
    if (outcome !== 'nothing') count[outcome === 'halted' ? 'kept' : outcome] += 1;
  }
  return count;
}

/** One recipient whose keys or mails cannot be read must not keep all others from being told. */
async function tryToDeliver(delivery: Delivery, group: MailGroup): Promise<Outcome> {
  try {
    return await deliverClaimed(delivery, group);
  } catch (error) {
    log('ERROR', 'mail not made', { organizationId: group.organizationId, error: describeError(error) });
    return 'kept';
  }
}

const claimTries = 10;

/** Another one at work on the same recipient takes a moment: what was put into the outbox since it read is not its to send. */
async function deliverClaimed(delivery: Delivery, group: MailGroup): Promise<Outcome> {
  const { notices } = delivery.stores;
  const holder = randomUUID();
  for (let tried = 1; tried <= claimTries; tried += 1) {
    if (!(await notices.claim(group, holder, delivery.nowMs()))) {
      await delivery.pause(500);
      continue;
    }
    try {
      return await deliver(delivery, group);
    } finally {
      await notices.release(group, holder);
    }
  }
  return 'kept';
}

async function deliver({ stores, mailer, ...delivery }: Delivery, group: MailGroup): Promise<Outcome> {
  const pending = await stores.notices.pending(group);
  if (pending.length === 0) return 'nothing';
  if (await stores.suppressions.get(group.recipient)) {
    await stores.notices.remove(pending);
    return 'suppressed';
  }
  const organization = await stores.organizations.get(group.organizationId);
  const nowMs = delivery.nowMs();
  const lines = linesOf({ notices: pending, ...(await readKeys({ stores, ...delivery }, pending)), nowMs });
  if (organization !== null && lines.length > 0) {
    const { id, name, policy } = organization;
    const mail = composeMail({ organization: { id, name }, recipient: group.recipient, lines, timeZone: policy.timeZone, renewalDays: renewalDaysOf(policy), nowMs, ...delivery.look });
    if (!(await stores.notices.countMail(id, delivery.maxPerDay, nowMs))) return 'kept';
    const sent = await mailer.send(mail, group);
    if (sent !== 'sent') {
      // Or mails that SES refuses again and again would use up what the others may be.
      await stores.notices.uncountMail(id, nowMs);
      return sent;
    }
  }
  await stores.notices.remove(pending);
  return lines.length > 0 ? 'sent' : 'nothing';
}

async function readKeys({ stores, lastUses }: Pick<Delivery, 'stores' | 'lastUses'>, notices: readonly Notice[]) {
  const keyIds = [...new Set(notices.map(({ keyId }) => keyId))];
  const keys = await Promise.all(keyIds.map(async (keyId) => [keyId, await stores.keys.get(keyId)] as const));
  return { keys: new Map(keys), lastUses: await lastUses(keyIds) };
}

function renewalDaysOf({ defaultKeyLifetimeDays, maxKeyLifetimeDays }: Policy): number {
  return Math.min(defaultKeyLifetimeDays, maxKeyLifetimeDays ?? defaultKeyLifetimeDays);
}
