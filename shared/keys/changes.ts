import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../events/event.ts';
import type { KeyRecord } from './key.ts';

// What an event may say of a key: never its hash, and nothing that follows from the rest.
const recorded = [
  'name',
  'description',
  'product',
  'environment',
  'scopes',
  'active',
  'owner',
  'tags',
  'expiresAt',
  'graceEndsAt',
  'rotateBy',
  'allowedIps',
  'rateLimit',
  'replaces',
  'replacedBy',
  'revokedAt',
  'revocationReason',
  'revocationComment',
] as const satisfies readonly (keyof KeyRecord)[];

/** Fields that differ, with both values. A new key is a change from nothing. */
export function changesBetween(before: KeyRecord | null, after: KeyRecord): Change[] {
  return recorded
    .map((field) => ({ field, from: before?.[field] ?? null, to: after[field] }))
    .filter(({ from, to }) => !isDeepStrictEqual(from, to));
}
