import { isMailable } from '../../../shared/emailAddress.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import type { NoticeKind } from '../../../shared/notices/notice.ts';
import { recipientsOf, wantsMail } from '../../../shared/notices/recipients.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import type { ListPlace } from '../../../shared/indexPage.ts';
import { config } from '../../config.ts';
import { nowMs } from '../../dependencies.ts';
import type { keysTableStores } from '../../dependencies.ts';
import { readEnv } from '../../env.ts';
import { knownUsesOf } from '../../lastUses.ts';
import type { Delivery } from './deliver.ts';
import { sesMailer } from './sesMailer.ts';

type Stores = ReturnType<typeof keysTableStores>;

/** What a job sends with; null where the deployment sends no mails. */
export function mailTools(stores: Stores): Omit<Delivery, 'untilMs'> | null {
  const { mail } = config;
  if (mail === null) return null;
  const { locale, keyUrl, maxPerOrganizationPerDay: maxPerDay } = mail;
  return {
    stores,
    mailer: sesMailer(mail),
    lastUses: knownUsesOf,
    nowMs,
    maxPerDay,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    look: { locale, keyUrl, managementUrl: readEnv('MANAGEMENT_URL').MANAGEMENT_URL },
  };
}

/** Who is mailed of a key: none where the deployment sends no mails or the organization wants none of this kind. */
export async function recipients(
  { members, suppressions }: Pick<Stores, 'members' | 'suppressions'>,
  { key, organization, kind }: { key: Pick<KeyRecord, 'owner'>; organization: StoredOrganization; kind: NoticeKind },
): Promise<string[]> {
  const { id, policy } = organization;
  if (config.mail === null || !wantsMail(policy, kind)) return [];
  const named = [...policy.noticeEmails, ...(key.owner?.email ? [key.owner.email] : [])];
  const suppressed = new Set((await suppressions.among(named)).map(({ email }) => email));
  const isReached = policy.noticeEmails.some((email) => isMailable(email) && !suppressed.has(email.toLowerCase()));
  return recipientsOf({ key, policy, suppressed, superadmins: isReached ? [] : await superadminsOf(members, id) });
}

async function superadminsOf(members: Stores['members'], organizationId: string): Promise<string[]> {
  const found: string[] = [];
  let after: ListPlace | null = null;
  for (let hasMore = true; hasMore; ) {
    const page: Awaited<ReturnType<Stores['members']['page']>> = await members.page(organizationId, after, 100);
    found.push(...page.rows.filter(({ role }) => role === 'superadmin').map(({ email }) => email));
    after = page.rows.at(-1) ?? null;
    hasMore = page.hasMore;
  }
  return found;
}
