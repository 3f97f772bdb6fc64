/** A user pool of the templates, as far as signing in goes. */
export interface UserPool {
  readonly id: string;
  /** `http://127.0.0.1:<port>/<id>`: what its tokens name as `iss`, and where its endpoints stand. */
  readonly issuer: string;
  readonly clients: Map<string, PoolClient>;
}

/** An app client: public, authorization code with PKCE. */
export interface PoolClient {
  readonly id: string;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly scopes: readonly string[];
  readonly accessTokenSec: number;
  readonly idTokenSec: number;
  readonly refreshTokenSec: number;
}

/** One sign-in of a person: what tokens are made from until it ends. */
export interface Session {
  /** `origin_jti`: the same in every token of the sign-in, refreshed ones too. */
  readonly id: string;
  readonly clientId: string;
  readonly subject: string;
  /** Lower case; whoever can open this page is taken to own it. */
  readonly email: string;
  readonly scopes: readonly string[];
  readonly signedInAtSec: number;
}

/** What OAuth 2.0 calls an error: its code, and a sentence for whoever reads it. */
export class OAuthError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
