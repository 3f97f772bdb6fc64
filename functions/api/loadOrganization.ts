import { notFound } from '../../shared/errors/problems.ts';
import type { StoredOrganization } from '../../shared/organizations/organization.ts';
import { keysTableStores } from '../dependencies.ts';

const { organizations } = keysTableStores();

/** The organization of a path; 404 when there is none. */
export async function loadOrganization(params: Readonly<Record<string, string>>): Promise<StoredOrganization> {
  const organization = await organizations.get(params['organizationId'] ?? '');
  if (!organization) throw notFound();
  return organization;
}
