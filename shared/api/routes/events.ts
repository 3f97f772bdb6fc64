import { eventSchema } from '../../events/event.ts';
import { listEventsQuery } from '../../events/listQuery.ts';
import { checkpointSchema } from '../../events/checkpoint.ts';
import { pageOf, pagingQuery } from '../paging.ts';
import { acceptHeaders } from './headers.ts';
import * as z from 'zod';
import type { Route } from '../route.ts';

const description =
  'Newest first. With `Accept: application/x-ndjson` or `text/csv` the answer is an export: all that match, up to what one answer may hold; then `X-Next-Cursor` says where to go on.';

const shared = {
  method: 'GET',
  function: 'events',
  permission: 'events:read',
  query: listEventsQuery,
  headers: acceptHeaders,
  responses: { 200: { description: 'A page of events', schema: pageOf(eventSchema), otherTypes: ['application/x-ndjson', 'text/csv'] } },
  problems: ['invalid_cursor'],
} as const;

/** The record of what was done. */
export const eventRoutes = {
  listEvents: {
    ...shared,
    path: '/organizations/{organizationId}/events',
    summary: "List or export an organization's events",
    description,
    access: { reads: ['organizations', 'events'] },
  },
  listKeyEvents: {
    ...shared,
    path: '/organizations/{organizationId}/keys/{keyId}/events',
    summary: "List or export a key's events",
    description,
    access: { reads: ['keys', 'events'] },
  },
  listCheckpoints: {
    method: 'GET',
    path: '/organizations/{organizationId}/events/checkpoints',
    function: 'events',
    permission: 'events:read',
    summary: 'List the signed checkpoints of the chain, newest first',
    description: 'Each day that brought events, their chain is signed. With a checkpoint, what is left of the chain verifies after its oldest events are gone.',
    query: z.strictObject(pagingQuery),
    responses: { 200: { description: 'A page of checkpoints', schema: pageOf(checkpointSchema) } },
    problems: ['invalid_cursor'],
    access: { reads: ['organizations', 'events'] },
  },
} as const satisfies Record<string, Route>;
