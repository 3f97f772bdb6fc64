import { notFound } from '../../../shared/errors/problems.ts';
import type { IdempotentRequest } from '../../../shared/keys/idempotency.ts';
import type { Principal } from '../../../shared/access/principal.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import type { Answer } from '../../http/request.ts';
import { stores } from './dependencies.ts';

/** What identifies a request that may be retried; null when it carries no `Idempotency-Key`. */
export function idempotentRequest(
  request: {
    params: Readonly<Record<string, string>>;
    headers: { 'idempotency-key'?: string | undefined };
    body: unknown;
    principal: Principal;
  },
  route: string,
): IdempotentRequest | null {
  const idempotencyKey = request.headers['idempotency-key'];
  if (idempotencyKey === undefined) return null;
  const { params, body, principal } = request;
  // Undefined members would not survive JSON; the hash is over what was asked.
  const asked: unknown = JSON.parse(JSON.stringify({ route, params, body }));
  return { organizationId: params['organizationId'] ?? '', principalId: principal.id, idempotencyKey, asked };
}

/** The answer to a retry, or null when this is the first try. */
export async function replay(request: IdempotentRequest | null, nowMs: number): Promise<Answer | null> {
  const keyId = request && (await stores.idempotency.find(request, nowMs));
  if (!keyId) return null;
  const key = await stores.keys.get(keyId);
  if (!key) throw notFound();
  return {
    status: 201,
    body: {
      key: viewKey(key, nowMs),
      token: null,
      tokenWithheld: 'This request was answered before, and a token is shown once. If that answer was lost, rotate the key.',
    },
    headers: { 'Idempotent-Replayed': 'true', Location: locationOf(key) },
  };
}

/** Where a key can be read, below the API's address. */
export function locationOf(key: { id: string; organizationId: string }): string {
  return `/v1/organizations/${key.organizationId}/keys/${key.id}`;
}
