import { PortTaken } from '../listen.ts';
import type { Listening } from '../listen.ts';
import { createCodes } from './codes.ts';
import { emailAddress, newSession } from './endpoints.ts';
import { serveIssuer } from './server.ts';
import { createSignInState } from './signInState.ts';
import { createTokens } from './tokens.ts';
import type { IssuedTokens } from './tokens.ts';
import type { PoolClient, UserPool } from './userPool.ts';

/** Nobody can be signed in like this: there is no user pool, or the text is no address. */
export class SignInRefused extends Error {}

/** The user pools of the platform, played by one OpenID Connect issuer on loopback. */
export interface UserPools {
  /** Adds a pool, or finds it; the issuer listens from the first one on. */
  addPool(poolId: string): Promise<UserPool>;
  /** Throws when there is no such pool. */
  addClient(poolId: string, client: PoolClient): void;
  /** Signs in whoever has an address, without a browser: a new sign-in each time. Throws a SignInRefused. */
  signIn(email: string): Promise<IssuedTokens>;
  close(): Promise<void>;
}

export interface UserPoolsOptions {
  readonly dataDir: string | undefined;
  /** 0 is any free one. */
  readonly port: number;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
}

export function createUserPools({ dataDir, port, nowMs, log }: UserPoolsOptions): UserPools {
  const pools = new Map<string, UserPool>();
  const state = createSignInState(dataDir);
  const parts = { state, tokens: createTokens({ state, nowMs }), codes: createCodes(nowMs), nowMs };
  let listening: Promise<Listening> | undefined;

  const start = async (): Promise<Listening> => {
    const server = await listenWhereKnown(state.rememberedPort(), port, (at) => serveIssuer({ pools, parts, port: at }), log);
    state.rememberPort(server.port);
    return server;
  };

  return {
    async addPool(id) {
      const { url } = await (listening ??= start());
      const pool = pools.get(id) ?? { id, issuer: `${url}/${id}`, clients: new Map() };
      pools.set(id, pool);
      return pool;
    },
    addClient(poolId, client) {
      const pool = pools.get(poolId);
      if (!pool) throw new Error(`There is no user pool ${poolId}.`);
      pool.clients.set(client.id, client);
    },
    async signIn(text) {
      const email = emailAddress(text);
      if (email === undefined) throw new SignInRefused(`"${text}" is no e-mail address.`);
      const pool = [...pools.values()].find(({ clients }) => clients.size > 0);
      const client = pool && [...pool.clients.values()][0];
      if (!pool || !client) throw new SignInRefused('The configuration names an issuer of its own; sign in there.');
      const { scopes } = client;
      return parts.tokens.issue({ pool, client, session: newSession({ pool, client, email, scopes }, parts) });
    },
    close: async () => void (await (await listening)?.close()),
  };
}

/**
 * Listens where an earlier start did: members are bound to a subject at this address, and would be strangers at
 * another one. Where that port is taken by now, on the one that is its turn.
 */
async function listenWhereKnown(
  remembered: number | undefined,
  port: number,
  serve: (port: number) => Promise<Listening>,
  log: (line: string) => void,
): Promise<Listening> {
  if (remembered === undefined || remembered === port) return serve(port);
  try {
    return await serve(remembered);
  } catch (error) {
    if (!(error instanceof PortTaken)) throw error;
    const server = await serve(port);
    log(`The issuer has moved from port ${remembered}, which is taken, to ${server.port}: members who signed in before have to be invited anew.`);
    return server;
  }
}
