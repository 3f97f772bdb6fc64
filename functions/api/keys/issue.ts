import { toActor } from '../../../shared/access/principal.ts';
import { changesBetween } from '../../../shared/keys/changes.ts';
import { issue } from '../../../shared/keys/issue.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import { config } from '../../config.ts';
import type { Answer, RouteHandler } from '../../http/request.ts';
import { changeKey, maxKeysOf } from './change.ts';
import { mint, stores } from './dependencies.ts';
import { idempotentRequest, locationOf, replay } from './idempotency.ts';
import { loadOrganization } from '../loadOrganization.ts';

/** `POST …/keys`: the only answer that holds the token. */
export const issueKey: RouteHandler<'issueKey'> = async (request) => {
  const { body, principal, nowMs } = request;
  const retried = idempotentRequest(request, 'issueKey');
  const { token, minted } = await mint(body.environment);
  return changeKey<Answer>(request, async () => {
    const organization = await loadOrganization(request.params);
    const replayed = await replay(retried, nowMs);
    if (replayed) return { answer: replayed };
    const key = issue({ request: body, organization, principal, config, minted, createdBy: toActor(principal), nowMs });
    return {
      // The claim first: a retry that finds the last place taken by its own first try is answered with that key.
      writes: [
        ...(retried ? [stores.idempotency.claim(retried, key.id, nowMs)] : []),
        ...stores.keys.create(key, maxKeysOf(organization.plan)),
      ],
      drafts: [{ type: 'key.created', keyId: key.id, changes: changesBetween(null, key) }],
      result: { status: 201, body: { key: viewKey(key, nowMs), token }, headers: { Location: locationOf(key) } },
    };
  });
};
