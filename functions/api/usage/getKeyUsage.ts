import { resolveRange } from '../../../shared/usage/query.ts';
import { summarize } from '../../../shared/usage/summarize.ts';
import type { RouteHandler } from '../../http/request.ts';
import { loadKey } from '../loadKey.ts';
import { usage } from './stores.ts';

/** `GET …/keys/{keyId}/usage`. */
export const getKeyUsage: RouteHandler<'getKeyUsage'> = async ({ params, query, nowMs }) => {
  const range = resolveRange(query, nowMs);
  const { id } = await loadKey(params);
  return { status: 200, body: summarize(await usage.hours(id, range), range) };
};
