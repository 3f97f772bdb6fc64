import { OAuthError } from './userPool.ts';
import type { PoolClient, UserPool } from './userPool.ts';

/** A request to `/oauth2/authorize` that may be answered with a code. */
export interface AuthorizationRequest {
  readonly client: PoolClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly codeChallenge: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  /** Address to begin with. */
  readonly loginHint: string | undefined;
}

/** A request whose client and address are known, with something else that is wrong: the client is told, at its address. */
export class RefusedAtClient extends Error {
  readonly location: string;
  constructor(location: string) {
    super('The request was refused.');
    this.location = location;
  }
}

/**
 * Reads an authorization request. Throws an OAuthError where nobody can be sent back: the client or its address is
 * not known; throws a RefusedAtClient for everything else (RFC 6749, 4.1.2.1).
 */
export function readAuthorizationRequest(pool: UserPool, query: URLSearchParams): AuthorizationRequest {
  const client = pool.clients.get(query.get('client_id') ?? '');
  if (!client) throw new OAuthError('invalid_client', 'There is no client with this client_id.');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isRegistered(redirectUri, client.callbackUrls)) throw new OAuthError('redirect_mismatch', `The redirect_uri is not one of the client: ${client.callbackUrls.join(', ')}.`);
  const state = query.get('state') ?? undefined;
  const refuse = (error: string, description: string): never => {
    throw new RefusedAtClient(withQuery(redirectUri, { error, error_description: description, state }));
  };
  if (query.get('response_type') !== 'code') refuse('unsupported_response_type', 'response_type must be code.');
  const codeChallenge = query.get('code_challenge') ?? '';
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/u.test(codeChallenge)) refuse('invalid_request', 'PKCE is required: code_challenge with code_challenge_method S256.');
  const scopes = (query.get('scope') ?? client.scopes.join(' ')).split(' ').filter((scope) => scope !== '');
  if (scopes.some((scope) => !client.scopes.includes(scope))) refuse('invalid_scope', `The client may ask for: ${client.scopes.join(' ')}.`);
  // Nobody stays signed in here, so nobody can be signed in without being asked.
  if (query.get('prompt') === 'none') refuse('login_required', 'Nobody is signed in.');
  return { client, redirectUri, scopes, codeChallenge, state, nonce: query.get('nonce') ?? undefined, loginHint: query.get('login_hint') ?? undefined };
}

/** An address with further parameters; those that are undefined are left out. */
export function withQuery(address: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.append(name, value);
  return url.href;
}

/**
 * Whether an address is one of a list, to the letter. On loopback any port will do (RFC 8252, 7.3): `--port` moves
 * the console, and a command line takes the port that is free.
 */
export function isRegistered(address: string, registered: readonly string[]): boolean {
  return URL.canParse(address) && registered.some((known) => address === known || withoutLoopbackPort(address) === withoutLoopbackPort(known));
}

function withoutLoopbackPort(address: string): string {
  return address.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+(?=\/)/u, '$1');
}
