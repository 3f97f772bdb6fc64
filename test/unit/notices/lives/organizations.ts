import { sampleMember, sampleOrganization } from '../../samples.ts';
import { stores } from './functions.ts';
import { iso } from './oracle.ts';
import type { OrganizationLife } from './oracle.ts';

const superadmin = 'root@example.com';

/** Three: one that names nobody, one in Berlin that names two, one in Auckland that is warned on other days. */
const policies = [
  { noticeDays: [30, 14, 7, 1], noticeEmails: [], timeZone: 'UTC' },
  { noticeDays: [7, 2], noticeEmails: ['Ops@Example.com', 'grace@example.com'], timeZone: 'Europe/Berlin' },
  { noticeDays: [45, 1], noticeEmails: ['ops@example.com'], timeZone: 'Pacific/Auckland' },
] as const;

export const organizationIds = policies.map((_, number) => `org_00000000000${number}`);

/** Makes the organizations of a life, and says how the oracle is to see them. */
export function founded(nowMs: number): Promise<OrganizationLife[]> {
  return Promise.all(policies.map((policy, number) => found(organizationIds[number] ?? '', policy, nowMs)));
}

async function found(id: string, { noticeDays, noticeEmails, timeZone }: (typeof policies)[number], nowMs: number): Promise<OrganizationLife> {
  const at = iso(nowMs);
  const { policy } = sampleOrganization();
  const made = { maxKeyLifetimeDays: null, allowNeverExpires: true, noticeDays: [...noticeDays], noticeEmails: [...noticeEmails], timeZone };
  const organization = sampleOrganization({ id, createdAt: at, updatedAt: at, policy: { ...policy, ...made } });
  const member = sampleMember({ id: `mem_${id.slice(4)}`, organizationId: id, email: superadmin, role: 'superadmin', createdAt: at });
  await stores.events.commit({
    organizationId: id,
    context: { actor: { type: 'system', id: 'test', name: 'Test' }, ip: null, userAgent: null, requestId: null },
    drafts: [{ type: 'organization.created' }],
    writes: [...stores.organizations.create(organization, 0), ...stores.members.create(member)],
  });
  return { id, noticeDays: new Map(noticeDays.map((days) => [days, nowMs])), noticeEmails, superadmins: [superadmin], mailOnExpiring: true };
}
