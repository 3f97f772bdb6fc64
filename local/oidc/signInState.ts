import { randomBytes, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import * as z from 'zod';
import { persisted } from '../persisted.ts';

const stateSchema = z.object({
  port: z.number().optional(),
  /** Private key of the tokens' signatures, as a JWK. */
  signingKey: z.record(z.string(), z.unknown()).optional(),
  /** Key that refresh tokens are encrypted with, base64url. */
  refreshKey: z.string().optional(),
  /** `<pool>/<address>` → subject. */
  subjects: z.record(z.string(), z.string()),
  /** Sign-ins whose refresh token was revoked. */
  revoked: z.array(z.string()),
});

/** A key pair, and the public half as a JWKS shows it. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK & { readonly kid: string };
}

/** What the issuer has to remember: its keys, who is who, where it stands. */
export interface SignInState {
  /** The port of an earlier start: people are bound to the issuer's address. */
  rememberedPort(): number | undefined;
  rememberPort(port: number): void;
  /** Made at the first use, which takes a moment. */
  signingKey(): Promise<SigningKey>;
  refreshKey(): Uint8Array;
  /** The subject of an address in a pool, always the same. */
  subjectOf(poolId: string, email: string): string;
  /** The address that a subject stands for. */
  emailOf(poolId: string, subject: string): string | undefined;
  /** Addresses that have signed in to a pool before. */
  knownAddresses(poolId: string): readonly string[];
  revoke(sessionId: string): void;
  isRevoked(sessionId: string): boolean;
}

export function createSignInState(dataDir: string | undefined): SignInState {
  const state = persisted({ dataDir, name: 'sign-in', schema: stateSchema, initial: { subjects: {}, revoked: [] } });
  const change = (changes: Partial<z.infer<typeof stateSchema>>): void => {
    state.value = { ...state.value, ...changes };
    state.save();
  };
  let signingKey: Promise<SigningKey> | undefined;
  const openSigningKey = async (): Promise<SigningKey> => {
    const stored = state.value.signingKey ?? (await newSigningKey());
    if (!state.value.signingKey) change({ signingKey: { ...stored } });
    return readSigningKey(stored);
  };
  const addressesIn = (poolId: string): [email: string, subject: string][] =>
    Object.entries(state.value.subjects).flatMap(([key, subject]) => (key.startsWith(`${poolId}/`) ? [[key.slice(poolId.length + 1), subject]] : []));
  return {
    rememberedPort: () => state.value.port,
    rememberPort: (port) => void (port !== state.value.port && change({ port })),
    signingKey: () => (signingKey ??= openSigningKey()),
    refreshKey() {
      if (state.value.refreshKey === undefined) change({ refreshKey: randomBytes(32).toString('base64url') });
      return Buffer.from(state.value.refreshKey ?? '', 'base64url');
    },
    subjectOf(poolId, email) {
      const known = state.value.subjects[`${poolId}/${email}`];
      if (known !== undefined) return known;
      const subject = randomUUID();
      change({ subjects: { ...state.value.subjects, [`${poolId}/${email}`]: subject } });
      return subject;
    },
    emailOf: (poolId, subject) => addressesIn(poolId).find(([, known]) => known === subject)?.[0],
    knownAddresses: (poolId) => addressesIn(poolId).map(([email]) => email),
    revoke: (sessionId) => change({ revoked: [...new Set([...state.value.revoked, sessionId])] }),
    isRevoked: (sessionId) => state.value.revoked.includes(sessionId),
  };
}

async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true, modulusLength: 2048 });
  return exportJWK(privateKey);
}

async function readSigningKey(stored: JWK): Promise<SigningKey> {
  const { kty = '', n = '', e = '' } = stored;
  const publicHalf = { kty, n, e };
  const kid = await calculateJwkThumbprint(publicHalf);
  const [privateKey, publicKey] = await Promise.all([importJWK(stored, 'RS256'), importJWK(publicHalf, 'RS256')]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new Error('The signing key in the data folder is no RSA key.');
  return { privateKey, publicKey, publicJwk: { ...publicHalf, kid, alg: 'RS256', use: 'sig' } };
}
