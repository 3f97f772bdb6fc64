import { crc32 } from 'node:zlib';
import { encodeBase62, randomBase62 } from '../base62.ts';
import type { RandomBytes } from '../base62.ts';

export const environments = ['live', 'test'] as const;
export type Environment = (typeof environments)[number];

const keyIdLength = 12;
const secretLength = 32;
const checksumLength = 6;

/** The public part of a token. */
export interface TokenParts {
  readonly keyId: string;
  readonly environment: Environment;
}

export interface NewToken extends TokenParts {
  /** The secret string: `gw_live_` + 12 characters of the key id + 32 secret ones + 6 of checksum. */
  readonly token: string;
}

/** A fresh token; its 32 secret characters carry 190 bits. */
export function generateToken(prefix: string, environment: Environment, randomBytes: RandomBytes): NewToken {
  const id = randomBase62(keyIdLength, randomBytes);
  const body = `${prefix}_${environment}_${id}${randomBase62(secretLength, randomBytes)}`;
  return { token: body + checksum(body), keyId: `key_${id}`, environment };
}

/**
 * Reads a token; null when its form or its checksum is wrong, which costs no read.
 * The pattern is anchored and goes by lengths from the right, since the prefix may hold `_`.
 */
export function parseToken(prefix: string, token: string): TokenParts | null {
  const match = pattern(prefix).exec(token);
  const [, environment, id] = match ?? [];
  if (!id || token.slice(-checksumLength) !== checksum(token.slice(0, -checksumLength))) return null;
  return { keyId: `key_${id}`, environment: environment === 'live' ? 'live' : 'test' };
}

/** Whether a text holds a whole token with a right checksum, of this deployment: one that was pasted into the wrong field. */
export function holdsToken(prefix: string, text: string): boolean {
  // Looked for by its plain middle; the prefix is fixed, so nothing is tried twice.
  const candidates = text.matchAll(new RegExp(`${prefix}_(?:live|test)_[0-9A-Za-z]{50}`, 'g'));
  return [...candidates].some(([candidate]) => parseToken(prefix, candidate) !== null);
}

/** What may be shown of a token: `gw_live_4f8K…x9Zb`. */
export function maskToken(token: string): string {
  const visibleStart = token.length - checksumLength - secretLength - keyIdLength + 4;
  return `${token.slice(0, visibleStart)}…${token.slice(-4)}`;
}

/** CRC-32 of everything before it, in base 62, as GitHub's tokens carry it. */
function checksum(body: string): string {
  return encodeBase62(crc32(body), checksumLength);
}

const patterns = new Map<string, RegExp>();

function pattern(prefix: string): RegExp {
  let compiled = patterns.get(prefix);
  if (!compiled) {
    // The prefix holds nothing but [a-z0-9_], which the configuration's schema sees to.
    compiled = new RegExp(`^${prefix}_(live|test)_([0-9A-Za-z]{12})[0-9A-Za-z]{38}$`);
    patterns.set(prefix, compiled);
  }
  return compiled;
}
