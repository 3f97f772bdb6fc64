import { collectPage } from '../../../shared/api/collect.ts';
import { decodePlace, encodePlace } from '../../../shared/api/paging.ts';
import { viewMember } from '../../../shared/members/member.ts';
import type { RouteHandler } from '../../http/request.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { stores } from './load.ts';

/** `GET …/members`, oldest first. */
export const listMembers: RouteHandler<'listMembers'> = async ({ params, query: { limit, cursor } }) => {
  const { id: organizationId } = await loadOrganization(params);
  const list = `members:${organizationId}`;
  const { items, next } = await collectPage({
    limit,
    after: decodePlace(list, cursor),
    isFiltered: false,
    read: (after, size) => stores.members.page(organizationId, after, size),
    placeOf: ({ id, createdAt }) => ({ id, createdAt }),
    toItem: viewMember,
  });
  return { status: 200, body: { items, nextCursor: encodePlace(list, next) } };
};
