import type { IncomingMessage } from 'node:http';

/**
 * Why a request is not for this machine's own servers; null for one that is. A page of another site could otherwise
 * reach them through the browser of whoever visits it, by a name of its own that resolves to 127.0.0.1 too.
 */
export function foreignRequest({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const host = (headers.host ?? '').replace(/:\d+$/u, '');
  if (host !== '127.0.0.1' && host !== 'localhost') return `This server answers on 127.0.0.1 only, got ${host}.`;
  const { origin } = headers;
  const isOwn = origin === undefined || /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(origin);
  return isOwn ? null : 'This server does not answer pages of other sites.';
}
