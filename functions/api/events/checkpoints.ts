import { collectPage } from '../../../shared/api/collect.ts';
import { encodeCursor } from '../../../shared/api/paging.ts';
import { keysTableStores } from '../../dependencies.ts';
import { loadOrganization } from '../loadOrganization.ts';
import type { RouteHandler } from '../../http/request.ts';
import { readSequence } from './sequence.ts';

const stores = keysTableStores();

/** `GET …/events/checkpoints`, newest first: what the job has signed. */
export const listCheckpoints: RouteHandler<'listCheckpoints'> = async ({ params, query: { limit, cursor } }) => {
  const { id: organizationId } = await loadOrganization(params);
  const list = `checkpoints:${organizationId}`;
  const { items, next } = await collectPage({
    limit,
    after: cursor === undefined ? null : readSequence(list, cursor),
    isFiltered: false,
    read: (before, size) => stores.checkpoints.page(organizationId, before, size),
    placeOf: ({ sequence }) => sequence,
    toItem: (checkpoint) => checkpoint,
  });
  return { status: 200, body: { items, nextCursor: next === null ? null : encodeCursor(list, [String(next)]) } };
};
