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
 * Who is told of a key: its owner and the organization's `noticeEmails`, each address once, in lower case. Where
 * neither names an address, the organization's superadmins: nothing is to die unannounced.
 */
export function recipientsOf(options: { key: Pick<KeyRecord, 'owner'>; policy: Policy; superadmins: readonly string[] }): string[] {
  const { key, policy, superadmins } = options;
  const named = [...(key.owner?.email ? [key.owner.email] : []), ...policy.noticeEmails];
  const addresses = named.length > 0 ? named : superadmins;
  return [...new Set(addresses.map((address) => address.toLowerCase()))].slice(0, maxRecipients);
}
