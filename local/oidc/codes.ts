import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { OAuthError } from './userPool.ts';
import type { Session } from './userPool.ts';

/** What a code stands for: a sign-in, and the request that it answers. */
export interface Grant {
  readonly session: Session;
  readonly redirectUri: string;
  /** PKCE, S256 (RFC 7636). */
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
}

/** Authorization codes: good once, for five minutes. */
export interface Codes {
  give(grant: Grant): string;
  /** Throws `invalid_grant` for a code that is unknown, used, over, or another request's. */
  redeem(code: string, proof: { clientId: string; redirectUri: string; codeVerifier: string }): Grant;
}

const lifetimeMs = 5 * 60_000;
// RFC 7636, 4.1.
const verifierPattern = /^[\w.~-]{43,128}$/u;

export function createCodes(nowMs: () => number): Codes {
  const given = new Map<string, Grant & { readonly expiresAtMs: number }>();
  return {
    give(grant) {
      for (const [code, { expiresAtMs }] of given) if (expiresAtMs <= nowMs()) given.delete(code);
      const code = randomBytes(24).toString('base64url');
      given.set(code, { ...grant, expiresAtMs: nowMs() + lifetimeMs });
      return code;
    },
    redeem(code, { clientId, redirectUri, codeVerifier }) {
      const grant = given.get(code);
      // One try, right or wrong: a code that someone else has seen is worth nothing.
      given.delete(code);
      if (!grant || grant.expiresAtMs <= nowMs()) throw new OAuthError('invalid_grant', 'The code is unknown, used or over.');
      if (grant.session.clientId !== clientId || grant.redirectUri !== redirectUri) throw new OAuthError('invalid_grant', 'The code was given to another client or address.');
      if (!verifierPattern.test(codeVerifier) || !isSame(challengeOf(codeVerifier), grant.codeChallenge)) throw new OAuthError('invalid_grant', 'The code_verifier does not fit the code_challenge.');
      return grant;
    },
  };
}

function challengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier, 'ascii').digest('base64url');
}

function isSame(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
