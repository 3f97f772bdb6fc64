import { assertHolds } from '../../../shared/access/principal.ts';
import { changesOf } from '../../../shared/members/invite.ts';
import { holderChange } from '../../../shared/members/update.ts';
import type { RouteHandler } from '../../http/request.ts';
import { changeUntilWritten } from '../change.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { loadMember, onRefused, roleOf, stores } from './load.ts';

/** `DELETE …/members/{memberId}`: refused from their next request on. */
export const removeMember: RouteHandler<'removeMember'> = async ({ params, principal, context }) => {
  const organizationId = params['organizationId'] ?? '';
  await changeUntilWritten({ events: stores.events, organizationId, context, onRefused, isUrgent: true }, async () => {
    const [member, organization] = await Promise.all([loadMember(params), loadOrganization(params)]);
    // Whoever could not give the role may not take it away.
    assertHolds(principal, (await roleOf(member, organization)).permissions);
    return {
      writes: [
        ...stores.members.remove(member),
        stores.pins.remove(member.id),
        stores.roles.countHolders(organizationId, holderChange(member, -1)),
      ],
      drafts: [{ type: 'member.removed', changes: changesOf(member, null) }],
      result: undefined,
    };
  });
  return { status: 204, body: undefined };
};
