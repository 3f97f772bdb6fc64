import { collectPage } from '../../../shared/api/collect.ts';
import { decodePlace, encodePlace } from '../../../shared/api/paging.ts';
import { matches } from '../../../shared/keys/matches.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import type { RouteHandler } from '../../http/request.ts';
import { stores } from './dependencies.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { viewKeys } from './view.ts';

/** `GET …/keys`, newest first, masked. */
export const listKeys: RouteHandler<'listKeys'> = async ({ params, query, nowMs }) => {
  const { limit, cursor, ...filters } = query;
  const { id: organizationId } = await loadOrganization(params);
  const list = `keys:${organizationId}`;
  const { items, next } = await collectPage({
    limit,
    after: decodePlace(list, cursor),
    isFiltered: Object.values(filters).some((filter) => filter !== undefined),
    read: (after, size) => stores.keys.page(organizationId, after, size),
    placeOf: ({ id, createdAt }) => ({ id, createdAt }),
    toItem: (record) => (matches(viewKey(record, nowMs), filters) ? record : null),
  });
  return { status: 200, body: { items: await viewKeys(items, nowMs), nextCursor: encodePlace(list, next) } };
};
