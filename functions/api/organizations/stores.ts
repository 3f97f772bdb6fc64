import { notFound } from '../../../shared/errors/problems.ts';
import { organizationSchema } from '../../../shared/organizations/organization.ts';
import type { Organization, StoredOrganization } from '../../../shared/organizations/organization.ts';
import { keysTableStores } from '../../dependencies.ts';

export const stores = keysTableStores();

/** The organization of a path; 404 when there is none. */
export async function loadOrganization(params: Readonly<Record<string, string>>): Promise<StoredOrganization> {
  const organization = await stores.organizations.get(params['organizationId'] ?? '');
  if (!organization) throw notFound();
  return organization;
}

/** The record as the API shows it. */
export function viewOrganization(organization: StoredOrganization): Organization {
  return organizationSchema.strip().parse(organization);
}
