import { organizationSchema } from '../../../shared/organizations/organization.ts';
import type { Organization, StoredOrganization } from '../../../shared/organizations/organization.ts';
import { keysTableStores } from '../../dependencies.ts';

export const stores = keysTableStores();

/** The record as the API shows it. */
export function viewOrganization(organization: StoredOrganization): Organization {
  return organizationSchema.strip().parse(organization);
}
