import { isMailable } from '../emailAddress.ts';
import type { KeyRecord } from '../keys/key.ts';
import type { Policy } from '../organizations/organization.ts';
import type { NoticeKind } from './notice.ts';

type MailKind = keyof Policy['mailOn'];

// What the clock brings is one kind to an organization: it wants to be warned, or not.
const mailKinds: Partial<Record<NoticeKind, MailKind>> = {
  created: 'created',
  rotated: 'rotated',
  revoked: 'revoked',
  deactivated: 'deactivated',
};

/** Whether an organization wants mails of a kind. */
export function wantsMail(policy: Policy, kind: NoticeKind): boolean {
  return policy.mailOn[mailKinds[kind] ?? 'expiring'];
}

// A transaction holds a hundred writes; an organization may name twenty addresses.
const maxRecipients = 25;

/**
 * Who is told of a key: its owner, and the organization by its `noticeEmails`. Where it names none, or none that mails
 * can still be sent to, its superadmins stand in: whoever issues a key could name any owner. Each address once, in
 * lower case; those in `suppressed` get nothing.
 */
export function recipientsOf(options: {
  key: Pick<KeyRecord, 'owner'>;
  policy: Policy;
  superadmins: readonly string[];
  suppressed?: ReadonlySet<string>;
}): string[] {
  const { key, policy, superadmins, suppressed = new Set() } = options;
  const reachable = (addresses: readonly string[]) =>
    addresses.map((address) => address.toLowerCase()).filter((address) => isMailable(address) && !suppressed.has(address));
  const named = reachable(policy.noticeEmails);
  const owner = reachable(key.owner?.email ? [key.owner.email] : []);
  return [...new Set([...owner, ...(named.length > 0 ? named : reachable(superadmins))])].slice(0, maxRecipients);
}
