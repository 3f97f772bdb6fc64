import { assertHolds } from '../../../shared/access/principal.ts';
import { Problem } from '../../../shared/errors/problems.ts';
import type { RouteHandler } from '../../http/request.ts';
import { changeUntilWritten } from '../change.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { loadMember, roleOf, stores } from './load.ts';

/** `DELETE …/members/{memberId}/pin`, of another member, who sets a new one; the lock goes with the old. */
export const resetPin: RouteHandler<'resetPin'> = async ({ params, principal, context }) => {
  const organizationId = params['organizationId'] ?? '';
  await changeUntilWritten<undefined>({ events: stores.events, organizationId, context }, async () => {
    const [member, organization] = await Promise.all([loadMember(params), loadOrganization(params)]);
    assertHolds(principal, (await roleOf(member, organization)).permissions);
    // Else a stolen sign-in would get past the PIN by replacing it.
    if (member.id === principal.id) throw new Problem('wrong_pin', 'Your own PIN is changed with the one that holds; another superadmin can remove it.');
    if (!member.hasPin) return { answer: undefined };
    const next = { ...member, hasPin: false, version: member.version + 1 };
    return {
      writes: [stores.members.replace(member, next), stores.pins.remove(member.id)],
      drafts: [{ type: 'member.pin_reset', changes: [{ field: 'memberId', from: member.id, to: member.id }] }],
      result: undefined,
    };
  });
  return { status: 204, body: undefined };
};
