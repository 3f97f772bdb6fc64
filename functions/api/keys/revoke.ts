import { toActor } from '../../../shared/access/principal.ts';
import { changesBetween } from '../../../shared/keys/changes.ts';
import { revoke } from '../../../shared/keys/revoke.ts';
import type { RouteHandler } from '../../http/request.ts';
import { changeKey } from './change.ts';
import { stores } from './dependencies.ts';
import { etagOf } from '../../http/etag.ts';
import { loadKey } from '../loadKey.ts';
import { viewUsedKey } from './view.ts';

/** `POST …/keys/{keyId}/revoke`: at once and for good; repeating it is a 200 without a second event. */
export const revokeKey: RouteHandler<'revokeKey'> = async ({ params, body, principal, context, nowMs }) => {
  await changeKey<undefined>({ params, context, isUrgent: true }, async () => {
    const key = await loadKey(params);
    const decision = revoke({ key, request: body, revokedBy: toActor(principal), nowMs });
    if (decision.kind === 'already_revoked') return { answer: undefined };
    const draft = { type: 'key.revoked', keyId: key.id, changes: changesBetween(key, decision.next) } as const;
    return { writes: stores.keys.revoke(key, decision.next), drafts: [draft], result: undefined };
  });
  // Read again: the revocation is written over whatever version was there by then.
  const revoked = await loadKey(params);
  return { status: 200, body: await viewUsedKey(revoked, nowMs), headers: { ETag: etagOf(revoked) } };
};
