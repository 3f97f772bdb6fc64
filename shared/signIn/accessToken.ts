/** What of an access token is looked at beyond its signature, issuer and expiry. */
export interface AccessTokenClaims {
  readonly sub?: unknown;
  readonly token_use?: unknown;
  readonly client_id?: unknown;
  readonly azp?: unknown;
  readonly aud?: unknown;
  readonly sid?: unknown;
  readonly origin_jti?: unknown;
  readonly jti?: unknown;
  readonly iat?: unknown;
  readonly [claim: string]: unknown;
}

/** Whom the deployment takes access tokens from, and for. */
export interface TokenAudience {
  /** The clients that sign people in: the console, the CLI. */
  readonly clientIds: readonly string[];
  /** The API's own name at the issuer; null where its access tokens name the client only, as Cognito's do. */
  readonly audience: string | null;
}

/** Who signed in, and in which sign-in. */
export interface SignIn {
  readonly subject: string;
  readonly sessionId: string;
}

/**
 * Who signed in, from the claims of a verified token; throws for one that is no access token of ours: an ID token
 * says who someone is to a client, and opens nothing.
 */
export function readSignIn(header: { readonly typ?: unknown }, claims: AccessTokenClaims, audience: TokenAudience): SignIn {
  assertAccessToken(header, claims, audience);
  assertForUs(claims, audience);
  // The library checks an expiry that is there; a token without one would never end.
  if (typeof claims['exp'] !== 'number') throw new Error('The token has no expiry.');
  const { sub, sid, origin_jti: originJti, jti, iat } = claims;
  if (typeof sub !== 'string' || sub === '') throw new Error('The token names no subject.');
  // The session survives a refresh where the issuer names it; else it is as long as the token.
  const session = [sid, originJti, jti].find((claim) => typeof claim === 'string' && claim !== '');
  return { subject: sub, sessionId: typeof session === 'string' ? session : `${sub}:${String(iat)}` };
}

function assertAccessToken({ typ }: { readonly typ?: unknown }, claims: AccessTokenClaims, { audience, clientIds }: TokenAudience): void {
  if ('nonce' in claims || 'at_hash' in claims) throw new Error('The token is an ID token.');
  if (claims.token_use !== undefined) {
    // Cognito says which of its tokens this is.
    if (claims.token_use !== 'access') throw new Error('The token is not an access token.');
    return;
  }
  const saysSo = typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ);
  const isForTheApi = audience !== null && !clientIds.includes(audience) && audiencesOf(claims).includes(audience);
  if (!saysSo && !isForTheApi) throw new Error('The token does not say that it is an access token.');
}

function assertForUs(claims: AccessTokenClaims, { audience, clientIds }: TokenAudience): void {
  const client = claims.client_id ?? claims.azp;
  if (typeof client !== 'string' || !clientIds.includes(client)) throw new Error('The token was issued to another client.');
  if (audience !== null && !audiencesOf(claims).includes(audience)) throw new Error('The token is for another audience.');
}

function audiencesOf({ aud }: AccessTokenClaims): readonly unknown[] {
  return Array.isArray(aud) ? aud : [aud];
}
