import { createUserPools } from '../../local/oidc/userPools.ts';

/** An OpenID Connect issuer of the operator's own, as a company has one already. */
export interface SignInIssuer {
  /** What stands in the deployment's configuration. */
  readonly signIn: { readonly provider: 'oidc'; readonly issuer: string; readonly clientIds: readonly string[] };
  /** Signs a person in, and gives their access token. */
  accessToken(email: string): Promise<string>;
  /** Signs a person in, and gives what tells a client who they are; it opens nothing. */
  idToken(email: string): Promise<string>;
  close(): Promise<void>;
}

const hour = 3_600;

/** Starts the issuer of the local platform on a free port of the loopback interface, with one public client. */
export async function startIssuer(): Promise<SignInIssuer> {
  const pools = createUserPools({ dataDir: undefined, port: 0, nowMs: Date.now, log: () => {} });
  const { issuer } = await pools.addPool('people');
  pools.addClient('people', {
    id: 'console',
    callbackUrls: [],
    logoutUrls: [],
    scopes: ['openid', 'email'],
    accessTokenSec: hour,
    idTokenSec: hour,
    refreshTokenSec: hour,
  });
  return {
    signIn: { provider: 'oidc', issuer, clientIds: ['console'] },
    accessToken: async (email) => (await pools.signIn(email)).accessToken,
    idToken: async (email) => (await pools.signIn(email)).idToken,
    close: () => pools.close(),
  };
}
