import { update } from '../../../shared/keys/update.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import { config } from '../../config.ts';
import type { RouteHandler } from '../../http/request.ts';
import { changeKey, maxKeysOf, replacement } from './change.ts';
import { assertMatches, etagOf } from '../../http/etag.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { loadKey } from '../loadKey.ts';
import { viewUsedKey } from './view.ts';

/** `PATCH …/keys/{keyId}`. A request that changes nothing is a 200 without an event. */
export const updateKey: RouteHandler<'updateKey'> = async ({ params, headers, body, principal, context, nowMs }) => {
  const updated = await changeKey<KeyRecord>({ params, context }, async () => {
    const [key, organization] = await Promise.all([loadKey(params), loadOrganization(params)]);
    assertMatches(headers['if-match'], key);
    const decision = update({ key, request: body, organization, principal, config, nowMs });
    if (decision.kind === 'unchanged') return { answer: key };
    const { next, eventType: type, changes } = decision;
    return { ...replacement(key, next, { type, keyId: key.id, changes }, maxKeysOf(organization.plan)), result: next };
  });
  return { status: 200, body: await viewUsedKey(updated, nowMs), headers: { ETag: etagOf(updated) } };
};
