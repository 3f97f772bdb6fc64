import type { Actor } from '../keys/key.ts';
import type { Change } from '../events/event.ts';
import { changesOf } from './invite.ts';
import type { MemberRecord } from './member.ts';

/** An invited member at their first sign-in: active, and bound to the subject. Null for one who has joined before. */
export function join(
  member: MemberRecord,
  subject: string,
): { next: MemberRecord & { subject: string }; changes: readonly Change[]; actor: Actor } | null {
  if (member.status !== 'invited' || member.subject !== null) return null;
  const next = { ...member, status: 'active' as const, subject, version: member.version + 1 };
  const actor: Actor = { type: 'member', id: member.id, name: member.name ?? member.email };
  return { next, changes: changesOf(member, next), actor };
}
