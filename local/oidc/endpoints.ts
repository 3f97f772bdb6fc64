import { randomUUID } from 'node:crypto';
import { isRegistered, readAuthorizationRequest, RefusedAtClient, withQuery } from './authorizationRequest.ts';
import type { Codes } from './codes.ts';
import { refusalPage, signedOutPage, signInPage } from './signInPage.ts';
import type { SignInState } from './signInState.ts';
import type { Tokens } from './tokens.ts';
import { OAuthError } from './userPool.ts';
import type { PoolClient, Session, UserPool } from './userPool.ts';

/** What the endpoints work with. */
export interface IssuerParts {
  readonly state: SignInState;
  readonly tokens: Tokens;
  readonly codes: Codes;
  readonly nowMs: () => number;
}

/** One request to a pool's endpoint. */
export interface EndpointRequest {
  readonly pool: UserPool;
  readonly query: URLSearchParams;
  /** Fields of a form that was sent; empty for a GET. */
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

export type EndpointAnswer =
  | { readonly kind: 'json'; readonly status: number; readonly body: object }
  | { readonly kind: 'page'; readonly status: number; readonly html: string }
  | { readonly kind: 'redirect'; readonly location: string };

export type Endpoint = (request: EndpointRequest, parts: IssuerParts) => EndpointAnswer | Promise<EndpointAnswer>;

/** `GET`: asks who signs in. */
export const askWhoSignsIn: Endpoint = ({ pool, query }, { state }) =>
  atAuthorize(() => {
    const { client, loginHint = '' } = readAuthorizationRequest(pool, query);
    return { kind: 'page', status: 200, html: signInPage({ clientId: client.id, email: loginHint, addresses: state.knownAddresses(pool.id) }) };
  });

/** `POST`: the answer to the page; sends the browser back to the client with a code. */
export const signInOnPage: Endpoint = ({ pool, query, form }, parts) =>
  atAuthorize(() => {
    const { client, redirectUri, scopes, codeChallenge, state, nonce } = readAuthorizationRequest(pool, query);
    const entered = form.get('email') ?? '';
    const email = emailAddress(entered);
    if (email === undefined) {
      const html = signInPage({ clientId: client.id, email: entered, addresses: parts.state.knownAddresses(pool.id), problem: 'That is no e-mail address.' });
      return { kind: 'page', status: 400, html };
    }
    const code = parts.codes.give({ session: newSession({ pool, client, email, scopes }, parts), redirectUri, codeChallenge, nonce });
    return { kind: 'redirect', location: withQuery(redirectUri, { code, state }) };
  });

/** `POST /oauth2/token`: tokens for a code with its verifier, or for a refresh token. */
export const giveTokens: Endpoint = async ({ pool, form }, { tokens, codes }) => {
  const client = clientOf(pool, form);
  const grantType = form.get('grant_type');
  if (grantType === 'refresh_token') {
    const session = await tokens.sessionOf(pool, client, form.get('refresh_token') ?? '');
    return tokenAnswer(await tokens.issue({ pool, client, session }));
  }
  if (grantType !== 'authorization_code') throw new OAuthError('unsupported_grant_type', 'grant_type must be authorization_code or refresh_token.');
  const proof = { clientId: client.id, redirectUri: form.get('redirect_uri') ?? '', codeVerifier: form.get('code_verifier') ?? '' };
  const { session, nonce } = codes.redeem(form.get('code') ?? '', proof);
  return tokenAnswer(await tokens.issue({ pool, client, session, nonce }), await tokens.refreshToken(pool, client, session));
};

/** `POST /oauth2/revoke`: ends a sign-in. A token that is none is answered like one that was (RFC 7009, 2.2). */
export const revokeToken: Endpoint = async ({ pool, form }, { tokens, state }) => {
  const session = await tokens.sessionOf(pool, clientOf(pool, form), form.get('token') ?? '').catch(() => undefined);
  if (session) state.revoke(session.id);
  return { kind: 'json', status: 200, body: {} };
};

/** `GET /oauth2/userInfo`: who holds the token, as Cognito writes it, booleans as text. */
export const userInfo: Endpoint = async ({ pool, authorization = '' }, { tokens }) => {
  const token = /^Bearer +(\S+)$/iu.exec(authorization)?.[1] ?? '';
  const { subject, scopes, email } = await tokens.readAccessToken(pool, token);
  if (!scopes.includes('openid')) throw new OAuthError('insufficient_scope', 'The access token lacks the scope openid.', 403);
  return { kind: 'json', status: 200, body: { sub: subject, username: subject, ...(scopes.includes('email') && { email, email_verified: 'true' }) } };
};

/** `GET /logout`: sends the browser on; no sign-in is kept here that could be ended. */
export const signOut: Endpoint = ({ pool, query }) => {
  const client = pool.clients.get(query.get('client_id') ?? '');
  const target = query.get('logout_uri') ?? query.get('redirect_uri');
  if (target === null) return { kind: 'page', status: 200, html: signedOutPage() };
  if (!client || !isRegistered(target, client.logoutUrls)) return { kind: 'page', status: 400, html: refusalPage('The logout_uri is not one of the client.') };
  return { kind: 'redirect', location: target };
};

/** OpenID Connect Discovery 1.0. */
export const discovery: Endpoint = ({ pool: { issuer } }) => ({
  kind: 'json',
  status: 200,
  body: {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    userinfo_endpoint: `${issuer}/oauth2/userInfo`,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    end_session_endpoint: `${issuer}/logout`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'email'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: ['none'],
    id_token_signing_alg_values_supported: ['RS256'],
  },
});

export const keySet: Endpoint = async (_request, { state }) => ({
  kind: 'json',
  status: 200,
  body: { keys: [(await state.signingKey()).publicJwk] },
});

/** A new sign-in of the person with an address. */
export function newSession(
  { pool, client, email, scopes }: { pool: UserPool; client: PoolClient; email: string; scopes: readonly string[] },
  { state, nowMs }: Pick<IssuerParts, 'state' | 'nowMs'>,
): Session {
  const subject = state.subjectOf(pool.id, email);
  return { id: randomUUID(), clientId: client.id, subject, email, scopes, signedInAtSec: Math.floor(nowMs() / 1000) };
}

/** The address in lower case; undefined for a text that is none. */
export function emailAddress(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  return email.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@.]+$/u.test(email) ? email : undefined;
}

function atAuthorize(answer: () => EndpointAnswer): EndpointAnswer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof RefusedAtClient) return { kind: 'redirect', location: error.location };
    if (error instanceof OAuthError) return { kind: 'page', status: error.status, html: refusalPage(error.message) };
    throw error;
  }
}

function clientOf(pool: UserPool, form: URLSearchParams): PoolClient {
  const client = pool.clients.get(form.get('client_id') ?? '');
  if (!client) throw new OAuthError('invalid_client', 'There is no client with this client_id.');
  return client;
}

function tokenAnswer({ accessToken, idToken, expiresIn }: { accessToken: string; idToken: string; expiresIn: number }, refreshToken?: string): EndpointAnswer {
  const body = { access_token: accessToken, id_token: idToken, token_type: 'Bearer', expires_in: expiresIn };
  return { kind: 'json', status: 200, body: refreshToken === undefined ? body : { ...body, refresh_token: refreshToken } };
}
