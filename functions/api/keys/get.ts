import type { RouteHandler } from '../../http/request.ts';
import { etagOf } from '../../http/etag.ts';
import { loadKey } from '../loadKey.ts';
import { viewUsedKey } from './view.ts';

/** `GET …/keys/{keyId}`. */
export const getKey: RouteHandler<'getKey'> = async ({ params, nowMs }) => {
  const key = await loadKey(params);
  return { status: 200, body: await viewUsedKey(key, nowMs), headers: { ETag: etagOf(key) } };
};
