import * as z from 'zod';
import { join } from '../../shared/members/join.ts';
import type { Membership } from '../../shared/members/store.ts';
import { toIso } from '../../shared/time.ts';
import { keysTableStores, nowMs } from '../dependencies.ts';

const requestSchema = z.strictObject({
  /** Issuer and subject, as the management authorizer has verified them. */
  subject: z.string().min(1),
  /** As the issuer has verified it. */
  email: z.string().min(3),
});

const { members, roles, events } = keysTableStores();

/**
 * Binds whoever signed in to the memberships that their address was invited to. Called by the management authorizer,
 * which may read members and write nothing. Answers how many were bound; a second call binds none.
 */
export async function handler(event: unknown): Promise<{ bound: number }> {
  const { subject, email } = requestSchema.parse(event);
  let bound = 0;
  for (const membership of await members.membershipsOfEmail(email)) {
    bound += (await bind(membership, subject)) ? 1 : 0;
  }
  return { bound };
}

async function bind({ memberId, organizationId }: Membership, subject: string): Promise<boolean> {
  const member = await members.get(memberId);
  const joined = member && join(member, subject);
  if (!joined) return false;
  const { next, changes, actor } = joined;
  const outcome = await events.commit({
    organizationId,
    context: { actor, ip: null, userAgent: null, requestId: null },
    drafts: [{ type: 'member.joined', changes }],
    writes: [...members.bind(member, next, toIso(nowMs())), roles.countHolders(organizationId, { role: next.role, total: 0, active: 1 })],
  });
  // Refused: a sign-in at the same time was faster, or the invitation was changed; the next request sees which.
  return outcome.done;
}
