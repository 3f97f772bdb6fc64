import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { readSignIn } from './accessToken.ts';
import type { SignIn, TokenAudience } from './accessToken.ts';

/** An OpenID Connect issuer, whose access tokens are taken. */
export interface Issuer {
  /** Who signed in. Throws for a token that is not the issuer's, not for us, over, or no access token. */
  verify(accessToken: string): Promise<SignIn>;
  /** Whoever the issuer says holds the token; null where it tells no verified e-mail address of theirs. */
  holderOf(accessToken: string): Promise<TokenHolder | null>;
}

export interface TokenHolder {
  /** Has to be that of the token, or the rest must not be used (OpenID Connect Core, 5.3.2). */
  readonly subject: string;
  /** Verified, in lower case. */
  readonly email: string;
}

const timeoutMs = 3_000;

// A key that the issuer withdraws is trusted no longer than this.
const keepDiscoveryMs = 3_600_000;

/**
 * The issuer at an address, found out by its discovery document (OpenID Connect Discovery 1.0): once an hour in a
 * container, keys included. While it does not answer, what was found out before holds.
 */
export function oidcIssuer(options: TokenAudience & { readonly issuer: string; readonly nowMs?: () => number }): Issuer {
  const nowMs = options.nowMs ?? Date.now;
  let kept: { readonly discovered: Promise<Discovered>; readonly atMs: number } | undefined;
  const discovery = (): Promise<Discovered> => {
    const startedMs = nowMs();
    if (kept && startedMs >= kept.atMs && startedMs - kept.atMs < keepDiscoveryMs) return kept.discovered;
    const earlier = kept?.discovered;
    const attempt = { discovered: discover(options).catch((error: unknown) => earlier ?? Promise.reject(error)), atMs: startedMs };
    kept = attempt;
    // A first failure is not kept: the next call tries again.
    attempt.discovered.catch(() => {
      if (kept === attempt) kept = undefined;
    });
    return attempt.discovered;
  };
  return {
    async verify(accessToken) {
      let signIn: SignIn | undefined;
      const { verifier } = await discovery();
      await verifier.verify(accessToken, {
        customJwtCheck: ({ header, payload }) => {
          signIn = readSignIn(header, payload, options);
        },
      });
      if (!signIn) throw new Error('The token was not checked.');
      return signIn;
    },
    async holderOf(accessToken) {
      const { userInfoUri } = await discovery();
      const response = await fetchAny(userInfoUri, { authorization: `Bearer ${accessToken}` });
      // A sign-in that was not asked for the scope `openid` or `email` tells no address.
      return response.status === 401 || response.status === 403 ? null : readHolder(await readObject(response));
    },
  };
}

interface Discovered {
  readonly verifier: { verify(token: string, options: VerifyOptions): Promise<unknown> };
  readonly userInfoUri: string;
}

interface VerifyOptions {
  readonly customJwtCheck: (token: { header: Record<string, unknown>; payload: Record<string, unknown> }) => void;
}

async function discover({ issuer }: { issuer: string }): Promise<Discovered> {
  const document = await readObject(await fetchAny(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
  if (document['issuer'] !== issuer) throw new Error('The discovery document names another issuer.');
  const { jwks_uri: jwksUri, userinfo_endpoint: userInfoUri } = document;
  if (typeof jwksUri !== 'string' || typeof userInfoUri !== 'string') throw new Error('The discovery document is incomplete.');
  // Keys and addresses that came over plain HTTP could be anyone's; an issuer on loopback has nothing else.
  if (issuer.startsWith('https:') && ![jwksUri, userInfoUri].every((uri) => uri.startsWith('https:'))) throw new Error('The discovery document leads away from HTTPS.');
  // The library's own fetcher speaks HTTPS only; issuers on loopback speak HTTP.
  const fetcher = { fetch: async (uri: string): Promise<ArrayBuffer> => assertOk(await fetchAny(uri)).arrayBuffer() };
  const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri }, { jwksCache: new SimpleJwksCache({ fetcher }) });
  return { userInfoUri, verifier: { verify: (token, { customJwtCheck }) => verifier.verify(token, { customJwtCheck: ({ header, payload }) => customJwtCheck({ header: { ...header }, payload }) }) } };
}

function readHolder(claims: Record<string, unknown>): TokenHolder | null {
  const { sub: subject, email, email_verified: isVerified } = claims;
  if (typeof subject !== 'string' || typeof email !== 'string' || !isPlain(email)) return null;
  // Cognito writes the boolean as a text. An address that nobody verified could be anyone's.
  return isVerified === true || isVerified === 'true' ? { subject, email: email.toLowerCase() } : null;
}

/** Only ASCII can be invited. Of other letters some turn into it in lower case, as the Kelvin sign does into a k. */
function isPlain(email: string): boolean {
  return /^[\x21-\x7e]+$/.test(email);
}

async function readObject(response: Response): Promise<Record<string, unknown>> {
  const value: unknown = await assertOk(response).json();
  if (typeof value !== 'object' || value === null) throw new Error(`${response.url} answered no object.`);
  return { ...value };
}

function assertOk(response: Response): Response {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
  return response;
}

function fetchAny(uri: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(uri, { headers, signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
}
