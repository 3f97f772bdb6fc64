import { decodeCursor, encodeCursor } from '../../../shared/api/paging.ts';
import type { Key } from '../../../shared/keys/key.ts';
import { matches } from '../../../shared/keys/matches.ts';
import type { ListPlace } from '../../../shared/keys/store.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import type { RouteHandler } from '../../http/request.ts';
import { stores } from './dependencies.ts';
import { loadOrganization } from './load.ts';

// Reads a page may cost: a filter that fits one key in a million must not read a million for one answer.
const maxExamined = 1000;

/** `GET …/keys`, newest first, masked. */
export const listKeys: RouteHandler<'listKeys'> = async ({ params, query, nowMs }) => {
  const { limit, cursor, ...filters } = query;
  const { id: organizationId } = await loadOrganization(params);
  const list = `keys:${organizationId}`;
  let after: ListPlace | null = cursor === undefined ? null : readPlace(list, cursor);
  const isFiltered = Object.values(filters).some((filter) => filter !== undefined);
  const items: Key[] = [];
  let examined = 0;
  let hasMore = true;
  while (hasMore && items.length < limit && examined < maxExamined) {
    const page = await stores.keys.page(organizationId, { after, size: isFiltered ? Math.min(100, maxExamined - examined) : limit });
    hasMore = page.next !== null;
    for (const record of page.keys) {
      if (items.length === limit) {
        hasMore = true;
        break;
      }
      examined += 1;
      after = { keyId: record.id, createdAt: record.createdAt };
      const key = viewKey(record, nowMs);
      if (matches(key, filters)) items.push(key);
    }
  }
  const nextCursor = hasMore && after ? encodeCursor(list, [after.keyId, after.createdAt]) : null;
  return { status: 200, body: { items, nextCursor } };
};

function readPlace(list: string, cursor: string): ListPlace {
  const [keyId = '', createdAt = ''] = decodeCursor(list, cursor, 2);
  return { keyId, createdAt };
}
