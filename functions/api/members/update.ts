import { knownRole } from '../../../shared/members/invite.ts';
import { viewMember } from '../../../shared/members/member.ts';
import type { MemberRecord } from '../../../shared/members/member.ts';
import { updateMember as decide } from '../../../shared/members/update.ts';
import { assertMatches, etagOf } from '../../http/etag.ts';
import type { RouteHandler } from '../../http/request.ts';
import { changeUntilWritten } from '../change.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { loadMember, onRefused, roleOf, stores } from './load.ts';

/** `PATCH …/members/{memberId}`. A request that changes nothing is a 200 without an event. */
export const updateMember: RouteHandler<'updateMember'> = async ({ params, headers, body, principal, context }) => {
  const organizationId = params['organizationId'] ?? '';
  const options = { events: stores.events, organizationId, context, onRefused, isUrgent: body.role !== undefined };
  const updated = await changeUntilWritten<MemberRecord>(options, async () => {
    const [member, organization] = await Promise.all([loadMember(params), loadOrganization(params)]);
    assertMatches(headers['if-match'], member);
    const currentRole = await roleOf(member, organization);
    const name = body.role ?? member.role;
    const nextRole =
      name === member.role ? currentRole : knownRole(await stores.roles.get(organizationId, name, organization.isOperator), name);
    const decision = decide({ member, request: body, currentRole, nextRole, principal });
    if (decision.kind === 'unchanged') return { answer: member };
    const { next, holders, changes } = decision;
    return {
      writes: [
        stores.members.replace(member, next),
        ...(holders.length > 0 ? stores.roles.assertExists(organizationId, nextRole) : []),
        ...holders.map((change) => stores.roles.countHolders(organizationId, change)),
      ],
      drafts: [{ type: 'member.updated', changes }],
      result: next,
    };
  });
  return { status: 200, body: viewMember(updated), headers: { ETag: etagOf(updated) } };
};
