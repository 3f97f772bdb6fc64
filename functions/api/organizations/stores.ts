import type { Organization, StoredOrganization } from '../../../shared/organizations/organization.ts';
import { organizationSchema } from '../../../shared/organizations/organization.ts';
import { keysTableStores } from '../../dependencies.ts';

export const stores = keysTableStores();

/** Records as the API shows them, each with those of its addresses that get no more mails. */
export async function viewOrganizations(organizations: readonly StoredOrganization[]): Promise<Organization[]> {
  const suppressed = await stores.suppressions.among(organizations.flatMap(({ policy }) => policy.noticeEmails));
  return organizations.map((organization) => {
    const own = new Set(organization.policy.noticeEmails.map((email) => email.toLowerCase()));
    return organizationSchema.strip().parse({ ...organization, suppressedEmails: suppressed.filter(({ email }) => own.has(email)) });
  });
}

/** One record as the API shows it. */
export async function viewOrganization(organization: StoredOrganization): Promise<Organization> {
  const [view] = await viewOrganizations([organization]);
  if (view === undefined) throw new Error('An organization has no view.');
  return view;
}
