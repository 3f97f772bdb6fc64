import { toIso } from '../time.ts';
import type { Actor, KeyRecord } from './key.ts';
import type { RevokeKeyRequest } from './requests.ts';

export type RevokeDecision = { readonly kind: 'already_revoked' } | { readonly kind: 'revoked'; readonly next: KeyRecord };

/** Ends a key for good. Repeating it changes nothing and keeps the first reason. */
export function revoke(options: { key: KeyRecord; request: RevokeKeyRequest; revokedBy: Actor; nowMs: number }): RevokeDecision {
  const { key, request, nowMs } = options;
  if (key.revokedAt !== null) return { kind: 'already_revoked' };
  return {
    kind: 'revoked',
    next: {
      ...key,
      revokedAt: toIso(nowMs),
      revokedBy: options.revokedBy,
      revocationReason: request.reason,
      revocationComment: request.comment ?? null,
      updatedAt: toIso(nowMs),
      version: key.version + 1,
      countsTowardPlan: false,
    },
  };
}
