import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { timestamp } from '../time.ts';

/**
 * A signed statement: at `at`, the event `sequence` of the organization had this `hash`. Since each event holds the
 * hash of the one before, it vouches for all of them up to there; also for those that remain when older ones are gone.
 */
export const checkpointSchema = z
  .strictObject({
    organizationId: z.string(),
    sequence: z.int().min(1),
    hash: z.string(),
    at: timestamp,
    /** The first 16 characters of the SHA-256 of the public key, in hex. */
    keyId: z.string(),
    /** Ed25519, SPKI in base64. */
    publicKey: z.string(),
    /** Ed25519 over the canonical JSON (RFC 8785) of all other fields, in base64. */
    signature: z.string(),
  })
  .meta({ id: 'Checkpoint' });

export type Checkpoint = z.infer<typeof checkpointSchema>;

/** The signing key that follows from the deployment's secret text (HKDF-SHA-256 to a seed of 32 bytes). */
export function signingKey(secretText: string): KeyObject {
  if (secretText.length < 32) throw new Error('The signing secret must hold at least 32 characters.');
  const seed = Buffer.from(hkdfSync('sha256', secretText, '', 'gatewarden event checkpoints', 32));
  // RFC 8410: the fixed head of a PKCS #8 document that holds an Ed25519 seed.
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' });
}

export function signCheckpoint(
  statement: Pick<Checkpoint, 'organizationId' | 'sequence' | 'hash' | 'at'>,
  privateKey: KeyObject,
): Checkpoint {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const unsigned = { ...statement, keyId: keyIdOf(publicKey), publicKey: publicKey.toString('base64') };
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), privateKey).toString('base64') };
}

/** Whether the signature is that of the key which the checkpoint names. Whose key that is, the caller must know. */
export function isSignedAsSaid({ signature, ...unsigned }: Checkpoint): boolean {
  try {
    const der = Buffer.from(unsigned.publicKey, 'base64');
    if (keyIdOf(der) !== unsigned.keyId) return false;
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return publicKey.asymmetricKeyType === 'ed25519' && verify(null, signedBytes(unsigned), publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function keyIdOf(publicKey: Buffer): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
}

function signedBytes(unsigned: Omit<Checkpoint, 'signature'>): Buffer {
  return Buffer.from(canonicalize(unsigned) ?? '', 'utf8');
}
