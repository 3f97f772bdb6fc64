import { scrypt, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../base62.ts';

/** A PIN as it is kept: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export type PinHash = string;

// OWASP's password storage figures: N = 2^15, r = 8, p = 3 take 32 MiB and some 0.2 s. A million PINs can be tried
// by whoever has the hash; the lock is what protects a PIN, and the slow hash buys time to reset it.
const cost = { N: 2 ** 15, r: 8, p: 3 } as const;
const hashBytes = 32;
const saltBytes = 16;
const maxMemoryBytes = 64 * 1024 * 1024;

export async function hashPin(pin: string, randomBytes: RandomBytes): Promise<PinHash> {
  const salt = Buffer.from(randomBytes(saltBytes));
  const hash = await derive(pin, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether the PIN is the one that was hashed. Throws on a hash that cannot be read. */
export async function isPin(pin: string, pinHash: PinHash): Promise<boolean> {
  const [scheme, N, r, p, salt, expected] = pinHash.split('$');
  if (scheme !== 'scrypt' || !salt || !expected) throw new Error('The stored PIN hash cannot be read.');
  const hash = await derive(pin, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  const stored = Buffer.from(expected, 'base64url');
  return stored.length === hash.length && timingSafeEqual(stored, hash);
}

function derive(pin: string, salt: Buffer, options: { N: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, hashBytes, { ...options, maxmem: maxMemoryBytes }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
