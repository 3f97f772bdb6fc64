import { randomBytes } from 'node:crypto';
import { Problem } from '../../../shared/errors/problems.ts';
import { newId } from '../../../shared/ids.ts';
import { invite, knownRole } from '../../../shared/members/invite.ts';
import { viewMember } from '../../../shared/members/member.ts';
import type { MemberRecord } from '../../../shared/members/member.ts';
import { holderChange } from '../../../shared/members/update.ts';
import { etagOf } from '../../http/etag.ts';
import type { RouteHandler } from '../../http/request.ts';
import { changeUntilWritten } from '../change.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { stores } from './load.ts';

/** `POST …/members`. */
export const inviteMember: RouteHandler<'inviteMember'> = async ({ params, body, principal, context, nowMs }) => {
  const organizationId = params['organizationId'] ?? '';
  const id = newId('mem', randomBytes);
  const onRefused = (refusedBy: string): void => {
    if (refusedBy === 'email') throw new Problem('member_exists', `${body.email} is a member of the organization already.`);
  };
  const options = { events: stores.events, organizationId, context, onRefused };
  const invited = await changeUntilWritten<MemberRecord>(options, async () => {
    const { isOperator } = await loadOrganization(params);
    const role = knownRole(await stores.roles.get(organizationId, body.role, isOperator), body.role);
    const { member, changes } = invite({ id, organizationId, request: body, role, principal, nowMs });
    return {
      writes: [
        ...stores.members.create(member),
        ...stores.roles.assertExists(organizationId, role),
        stores.roles.countHolders(organizationId, holderChange(member, 1)),
      ],
      drafts: [{ type: 'member.invited', changes }],
      result: member,
    };
  });
  const headers = { Location: `/v1/organizations/${organizationId}/members/${id}`, ETag: etagOf(invited) };
  return { status: 201, body: viewMember(invited), headers };
};
