import { notFound, Problem } from '../../../shared/errors/problems.ts';
import type { MemberRecord } from '../../../shared/members/member.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import type { Role } from '../../../shared/roles/role.ts';
import { keysTableStores } from '../../dependencies.ts';

export const stores = keysTableStores();

type Params = Readonly<Record<string, string>>;

/** The member of a path. Another organization's is the same 404, at the same cost, as one that never was. */
export async function loadMember(params: Params): Promise<MemberRecord> {
  const member = await stores.members.get(params['memberId'] ?? '');
  if (!member || member.organizationId !== params['organizationId']) throw notFound();
  return member;
}

/** The role that a member holds; one that is gone permits nothing. */
export async function roleOf(member: MemberRecord, { isOperator }: StoredOrganization): Promise<Role> {
  const role = await stores.roles.get(member.organizationId, member.role, isOperator);
  return role ?? { name: member.role, builtIn: false, permissions: [] };
}

/** Throws where trying again cannot help: a superadmin has to stay. */
export function onRefused(refusedBy: string): void {
  if (refusedBy !== 'holders') return;
  throw new Problem('last_superadmin', 'An organization keeps a superadmin, and one who has signed in; name another one first.');
}
