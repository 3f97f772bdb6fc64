import { hash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { IssuedKeys } from './keys.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pattern = /^gw_(live|test)_([0-9A-Za-z]{12})[0-9A-Za-z]{38}$/;
const blockBytes = 64;
const tokenLength = 58;

/**
 * The least that checks a token of this form at all: one pattern, one CRC-32, an HMAC from two one-shot hashes over
 * buffers that are prepared once, one lookup, one comparison, one policy. It asks for no scope, no product, no
 * organization, no expiry and no revocation, and it never waits.
 */
export function bareMinimum({ pepper, records }: IssuedKeys): (token: string) => object | null {
  const inner = Buffer.alloc(blockBytes + tokenLength);
  const outer = Buffer.alloc(blockBytes + 32);
  const key = Buffer.from(pepper);
  for (let at = 0; at < blockBytes; at += 1) {
    inner[at] = (key[at] ?? 0) ^ 0x36;
    outer[at] = (key[at] ?? 0) ^ 0x5c;
  }
  return (token) => {
    const match = pattern.exec(token);
    if (!match || checksum(token.slice(0, -6)) !== token.slice(-6)) return null;
    const record = records.get(`key_${match[2]}`);
    if (!record) return null;
    inner.write(token, blockBytes, 'latin1');
    hash('sha256', inner, 'buffer').copy(outer, blockBytes);
    if (!timingSafeEqual(Buffer.from(hash('sha256', outer, 'base64url')), Buffer.from(record.tokenHash))) return null;
    return {
      principalId: record.id,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: 'arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/prod/*' }],
      },
      context: { keyId: record.id, organizationId: record.organizationId },
    };
  };
}

function checksum(body: string): string {
  let text = '';
  for (let rest = crc32(body); text.length < 6; rest = Math.floor(rest / 62)) text = alphabet.charAt(rest % 62) + text;
  return text;
}
