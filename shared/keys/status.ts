import type { Key } from './key.ts';

export type KeyStatus = Key['status'];

/** What a status follows from; times in ISO 8601. */
export interface StatusSource {
  readonly active: boolean;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** Revoked is for good, expired comes before inactive: reactivating an expired key would not help its owner. */
export function deriveStatus(key: StatusSource, nowMs: number): KeyStatus {
  if (key.revokedAt !== null) return 'revoked';
  if (isExpired(key.expiresAt, nowMs)) return 'expired';
  return key.active ? 'active' : 'inactive';
}

/** A key is dead from the very millisecond of `expiresAt`; a time that cannot be read is past. */
export function isExpired(expiresAt: string | null, nowMs: number): boolean {
  return expiresAt !== null && !(nowMs < Date.parse(expiresAt));
}
