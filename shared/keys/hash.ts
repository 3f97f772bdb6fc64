import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA-256 of the whole token under a pepper, in base64url. Random secrets need no slow hash. */
export function hashToken(token: string, pepper: string): string {
  return createHmac('sha256', pepper).update(token).digest('base64url');
}

/** Compares two hashes in a time that does not tell where they differ. */
export function isSameHash(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
