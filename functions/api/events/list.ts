import { collectPage } from '../../../shared/api/collect.ts';
import { encodeCursor } from '../../../shared/api/paging.ts';
import type { GatewardenEvent } from '../../../shared/events/event.ts';
import { isBefore, matchesEvent } from '../../../shared/events/matches.ts';
import type { ListEventsQuery } from '../../../shared/events/listQuery.ts';
import type { EventPage } from '../../../shared/events/reader.ts';
import { keysTableStores } from '../../dependencies.ts';
import type { Answer, RouteHandler } from '../../http/request.ts';
import { loadKey } from '../loadKey.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { exportEvents } from './export.ts';
import { exportTypeOf } from './exportType.ts';
import { readSequence } from './sequence.ts';

const stores = keysTableStores();

/** `GET …/events`, newest first. */
export const listEvents: RouteHandler<'listEvents'> = async ({ params, query, headers }) => {
  const { id: organizationId } = await loadOrganization(params);
  return answer({
    list: `events:${organizationId}`,
    query,
    accept: headers.accept,
    read: (before, size) => stores.eventLog.page(organizationId, before, size),
  });
};

/** `GET …/keys/{keyId}/events`, newest first. */
export const listKeyEvents: RouteHandler<'listKeyEvents'> = async ({ params, query, headers }) => {
  const { id: keyId, organizationId } = await loadKey(params);
  return answer({
    list: `events:${organizationId}:${keyId}`,
    query,
    accept: headers.accept,
    read: (before, size) => stores.eventLog.pageOfKey(keyId, before, size),
  });
};

async function answer(options: {
  list: string;
  query: ListEventsQuery;
  accept: string | undefined;
  read: (before: number | null, size: number) => Promise<EventPage>;
}): Promise<Answer> {
  const { limit, cursor, ...filters } = options.query;
  const page = (after: number | null, size: number) =>
    collectPage<GatewardenEvent, GatewardenEvent, number>({
      limit: size,
      after,
      isFiltered: Object.values(filters).some((filter) => filter !== undefined),
      // Newest first: once events lie before `from`, none of the rest can match.
      read: async (before, readSize) => {
        const { rows, hasMore } = await options.read(before, readSize);
        const isOver = rows.some((event) => isBefore(event, filters.from));
        return { rows: rows.filter((event) => !isBefore(event, filters.from)), hasMore: hasMore && !isOver };
      },
      placeOf: ({ sequence }) => sequence,
      toItem: (event) => (matchesEvent(event, filters) ? event : null),
    });
  const toCursor = (place: number | null): string | null => (place === null ? null : encodeCursor(options.list, [String(place)]));
  const start = cursor === undefined ? null : readSequence(options.list, cursor);
  const exportType = exportTypeOf(options.accept);
  if (exportType) return exportEvents(exportType, start, page, toCursor);
  const { items, next } = await page(start, limit);
  return { status: 200, body: { items, nextCursor: toCursor(next) } };
}
