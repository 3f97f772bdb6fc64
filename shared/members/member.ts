import * as z from 'zod';
import { someChange } from '../api/someChange.ts';
import { emailAddress } from '../emailAddress.ts';
import { line } from '../text.ts';
import { timestamp } from '../time.ts';

export const memberStatuses = ['invited', 'active'] as const;

/** A person in an organization, as the API shows them. */
export const memberSchema = z
  .strictObject({
    id: z.string(),
    organizationId: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    role: z.string(),
    status: z.enum(memberStatuses),
    hasPin: z.boolean(),
    createdAt: timestamp,
    version: z.int(),
  })
  .meta({ id: 'Member' });

/** The record: `subject` is the person at the issuer, bound at their first sign-in. */
export const memberRecordSchema = memberSchema.extend({ subject: z.string().nullable() });

export type Member = z.infer<typeof memberSchema>;
export type MemberRecord = z.infer<typeof memberRecordSchema>;

const email = emailAddress
  // Mailboxes are the same whatever the case; two members of one address would be one person twice.
  .transform((text) => text.toLowerCase())
  .meta({ type: 'string', format: 'email' });

const name = line('Name', 80);

export const inviteMemberRequest = z
  .strictObject({ email, name: name.nullish(), role: z.string().min(1).max(40) })
  .meta({ id: 'InviteMemberRequest' });

export const updateMemberRequest = someChange(
  z.strictObject({ name: name.nullish(), role: z.string().min(1).max(40).optional() }),
).meta({ id: 'UpdateMemberRequest' });

export type InviteMemberRequest = z.infer<typeof inviteMemberRequest>;
export type UpdateMemberRequest = z.infer<typeof updateMemberRequest>;

/** The record without what only the sign-in needs. */
export function viewMember({ subject: _subject, ...member }: MemberRecord): Member {
  return member;
}
