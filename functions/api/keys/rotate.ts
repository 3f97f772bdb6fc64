import { toActor } from '../../../shared/access/principal.ts';
import { changesBetween } from '../../../shared/keys/changes.ts';
import { rotate } from '../../../shared/keys/rotate.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import { config } from '../../config.ts';
import type { Answer, RouteHandler } from '../../http/request.ts';
import { changeKey, maxKeysOf, replacement } from './change.ts';
import { mint, stores } from './dependencies.ts';
import { idempotentRequest, locationOf, replay } from './idempotency.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { loadKey } from '../loadKey.ts';

/** `POST …/keys/{keyId}/rotate`: two records and two events in one transaction. */
export const rotateKey: RouteHandler<'rotateKey'> = async (request) => {
  const { params, body, principal, nowMs } = request;
  const retried = idempotentRequest(request, 'rotateKey');
  const { environment } = await loadKey(params);
  const { token, minted } = await mint(environment);
  return changeKey<Answer>(request, async () => {
    const [key, organization, replayed] = await Promise.all([loadKey(params), loadOrganization(params), replay(retried, nowMs)]);
    if (replayed) return { answer: replayed };
    const predecessor = key.replaces === null ? null : await stores.keys.get(key.replaces);
    const { old, successor } = rotate({
      key, request: body, organization, principal, config, minted, createdBy: toActor(principal), predecessor, nowMs,
    });
    const rotated = { type: 'key.rotated', keyId: old.id, changes: changesBetween(key, old) } as const;
    const change = replacement(key, old, rotated);
    return {
      writes: [
        ...change.writes,
        ...(old.countsTowardPlan ? stores.keys.create(successor, maxKeysOf(organization.plan)) : stores.keys.createSuccessor(successor)),
        ...(retried ? [stores.idempotency.claim(retried, successor.id, nowMs)] : []),
      ],
      drafts: [
        ...change.drafts,
        { type: 'key.created', keyId: successor.id, changes: changesBetween(null, successor) },
      ],
      result: { status: 201, body: { key: viewKey(successor, nowMs), token }, headers: { Location: locationOf(successor) } },
    };
  });
};
