import { viewKey } from '../../../shared/keys/view.ts';
import type { RouteHandler } from '../../http/request.ts';
import { etagOf } from '../../http/etag.ts';
import { loadKey } from './load.ts';

/** `GET …/keys/{keyId}`. */
export const getKey: RouteHandler<'getKey'> = async ({ params, nowMs }) => {
  const key = await loadKey(params);
  return { status: 200, body: viewKey(key, nowMs), headers: { ETag: etagOf(key) } };
};
