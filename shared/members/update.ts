import { assertHolds } from '../access/principal.ts';
import type { Principal } from '../access/principal.ts';
import type { Change } from '../events/event.ts';
import type { HolderChange } from '../roles/store.ts';
import type { Role } from '../roles/role.ts';
import { changesOf } from './invite.ts';
import type { MemberRecord, UpdateMemberRequest } from './member.ts';

export type UpdateMemberDecision =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'changed';
      readonly next: MemberRecord;
      readonly holders: readonly HolderChange[];
      readonly changes: readonly Change[];
    };

/**
 * A member with another name or role. Whoever changes a member must hold all that the member's role permits, before
 * and after.
 * That one superadmin stays, the store sees to.
 */
export function updateMember(options: {
  member: MemberRecord;
  request: UpdateMemberRequest;
  currentRole: Role;
  nextRole: Role;
  principal: Principal;
}): UpdateMemberDecision {
  const { member, request, currentRole, nextRole, principal } = options;
  const next = {
    ...member,
    name: request.name === undefined ? member.name : request.name,
    role: nextRole.name,
    version: member.version + 1,
  };
  const isRoleChange = next.role !== member.role;
  if (!isRoleChange && next.name === member.name) return { kind: 'unchanged' };
  assertHolds(principal, [...currentRole.permissions, ...nextRole.permissions]);
  return {
    kind: 'changed',
    next,
    holders: isRoleChange ? [holderChange(member, -1), holderChange(next, 1)] : [],
    changes: changesOf(member, next),
  };
}

/** How a member counts among the holders of their role. */
export function holderChange(member: MemberRecord, by: -1 | 1): HolderChange {
  return { role: member.role, total: by, active: member.status === 'active' ? by : 0 };
}
