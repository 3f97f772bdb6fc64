import { assertHolds } from '../access/principal.ts';
import type { Principal } from '../access/principal.ts';
import { invalidField } from '../errors/invalidField.ts';
import type { Change } from '../events/event.ts';
import type { Role } from '../roles/role.ts';
import { toIso } from '../time.ts';
import type { InviteMemberRequest, MemberRecord } from './member.ts';

/** A member who has not signed in yet. Throws 403 for a role that holds more than the principal does. */
export function invite(options: {
  id: string;
  organizationId: string;
  request: InviteMemberRequest;
  role: Role;
  principal: Principal;
  nowMs: number;
}): { member: MemberRecord; changes: readonly Change[] } {
  const { request, role } = options;
  assertHolds(options.principal, role.permissions);
  const member: MemberRecord = {
    id: options.id,
    organizationId: options.organizationId,
    email: request.email,
    name: request.name ?? null,
    role: role.name,
    status: 'invited',
    hasPin: false,
    createdAt: toIso(options.nowMs),
    version: 1,
    subject: null,
  };
  return { member, changes: changesOf(null, member) };
}

const recorded = ['email', 'name', 'role', 'status'] as const satisfies readonly (keyof MemberRecord)[];

/** What differs between two states of a member, for the event; `id` names whom it is about. */
export function changesOf(before: MemberRecord | null, after: MemberRecord | null): Change[] {
  const id = (after ?? before)?.id ?? '';
  const differing = recorded
    .map((field) => ({ field, from: before?.[field] ?? null, to: after?.[field] ?? null }))
    .filter(({ from, to }) => from !== to);
  return [{ field: 'memberId', from: before && id, to: after && id }, ...differing];
}

/** The role that a request names; 400 when the organization has none of that name. */
export function knownRole(role: Role | null, name: string): Role {
  if (role) return role;
  throw invalidField('role', `Role must be one of the organization's, got ${JSON.stringify(name)}.`);
}
