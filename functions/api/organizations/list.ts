import { collectPage } from '../../../shared/api/collect.ts';
import { decodePlace, encodePlace } from '../../../shared/api/paging.ts';
import type { RouteHandler } from '../../http/request.ts';
import { stores, viewOrganizations } from './stores.ts';

const list = 'organizations';

/** `GET /organizations`, newest first, for the operator. */
export const listOrganizations: RouteHandler<'listOrganizations'> = async ({ query: { limit, cursor, status } }) => {
  const { items, next } = await collectPage({
    limit,
    after: decodePlace(list, cursor),
    isFiltered: status !== undefined,
    read: (after, size) => stores.organizations.page(after, size),
    placeOf: ({ id, createdAt }) => ({ id, createdAt }),
    toItem: (organization) => (status === undefined || organization.status === status ? organization : null),
  });
  return { status: 200, body: { items: await viewOrganizations(items), nextCursor: encodePlace(list, next) } };
};
