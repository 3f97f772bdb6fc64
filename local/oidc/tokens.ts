import { createHash, randomUUID } from 'node:crypto';
import { EncryptJWT, jwtDecrypt, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { SignInState } from './signInState.ts';
import { OAuthError } from './userPool.ts';
import type { PoolClient, Session, UserPool } from './userPool.ts';

export interface IssuedTokens {
  readonly accessToken: string;
  readonly idToken: string;
  /** Seconds that the access token is good for. */
  readonly expiresIn: number;
}

/** Tokens shaped like Cognito's: `token_use` tells them apart, access tokens name their client and no audience. */
export interface Tokens {
  issue(options: { pool: UserPool; client: PoolClient; session: Session; nonce?: string | undefined }): Promise<IssuedTokens>;
  refreshToken(pool: UserPool, client: PoolClient, session: Session): Promise<string>;
  /** The sign-in of a refresh token; throws `invalid_grant` for one that is none, over, revoked or another client's. */
  sessionOf(pool: UserPool, client: PoolClient, refreshToken: string): Promise<Session>;
  /** The sign-in of an access token; throws `invalid_token`. */
  readAccessToken(pool: UserPool, accessToken: string): Promise<{ subject: string; scopes: readonly string[]; email: string }>;
}

const sessionSchema = z.object({
  id: z.string(),
  clientId: z.string(),
  subject: z.string(),
  email: z.string(),
  scopes: z.array(z.string()),
  signedInAtSec: z.number(),
});

export function createTokens({ state, nowMs }: { state: SignInState; nowMs: () => number }): Tokens {
  const nowSec = (): number => Math.floor(nowMs() / 1000);

  const sign = async (pool: UserPool, session: Session, lifetimeSec: number, claims: Record<string, unknown>): Promise<string> => {
    const { privateKey, publicJwk } = await state.signingKey();
    const issuedAt = nowSec();
    const own = { origin_jti: session.id, event_id: randomUUID(), auth_time: session.signedInAtSec, jti: randomUUID() };
    return new SignJWT({ ...own, ...claims })
      .setProtectedHeader({ kid: publicJwk.kid, alg: 'RS256' })
      .setIssuer(pool.issuer)
      .setSubject(session.subject)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSec)
      .sign(privateKey);
  };

  return {
    async issue({ pool, client, session, nonce }) {
      const { subject, email, scopes } = session;
      const access = { client_id: client.id, token_use: 'access', scope: scopes.join(' '), username: subject, version: 2 };
      const accessToken = await sign(pool, session, client.accessTokenSec, access);
      const id = {
        aud: client.id,
        token_use: 'id',
        at_hash: halfHash(accessToken),
        'cognito:username': subject,
        ...(scopes.includes('email') && { email, email_verified: true }),
        ...(nonce !== undefined && { nonce }),
      };
      return { accessToken, idToken: await sign(pool, session, client.idTokenSec, id), expiresIn: client.accessTokenSec };
    },

    async refreshToken(pool, client, session) {
      return new EncryptJWT({ session })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setIssuer(pool.issuer)
        .setExpirationTime(session.signedInAtSec + client.refreshTokenSec)
        .encrypt(state.refreshKey());
    },

    async sessionOf(pool, client, refreshToken) {
      const currentDate = new Date(nowMs());
      const opened = await jwtDecrypt(refreshToken, state.refreshKey(), { issuer: pool.issuer, currentDate }).catch(() => undefined);
      const session = opened && sessionSchema.parse(opened.payload['session']);
      if (!session || session.clientId !== client.id) throw new OAuthError('invalid_grant', 'The refresh token is not valid.');
      if (state.isRevoked(session.id)) throw new OAuthError('invalid_grant', 'The refresh token was revoked.');
      return session;
    },

    async readAccessToken(pool, accessToken) {
      const { publicKey } = await state.signingKey();
      const options = { issuer: pool.issuer, algorithms: ['RS256'], currentDate: new Date(nowMs()) };
      const payload = await jwtVerify(accessToken, publicKey, options).then((verified) => verified.payload, () => undefined);
      const { token_use: use, origin_jti: sessionId, scope = '', sub: subject } = payload ?? {};
      if (use !== 'access' || subject === undefined || state.isRevoked(String(sessionId))) throw new OAuthError('invalid_token', 'The access token is not valid.', 401);
      return { subject, scopes: String(scope).split(' '), email: state.emailOf(pool.id, subject) ?? '' };
    },
  };
}

/** `at_hash` of OpenID Connect Core, 3.1.3.6. */
function halfHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url');
}
