import { parseArgs } from 'node:util';

export interface SmokeOptions {
  /** Address of the API's stage, without a slash at its end. */
  readonly url: string;
  /** A GET that the token may call: `/whoami` is the kit's connectivity check. */
  readonly path: string;
  readonly token: string;
  readonly limitedToken: string | null;
  /** Requests with the limited token, at most. */
  readonly maxRequests: number;
  readonly kind: 'rest' | 'http';
  /** Who answers 429: as the API's KeyAuthorizer has it. */
  readonly limitedBy: 'gateway' | 'middleware';
}

export const usage = `Usage: npm run -s smoke -- --url URL --token TOKEN [--limited-token TOKEN] [--path /whoami] [--max-requests 50] [--middleware] [--http]

--url            the stage's address of an API that a KeyAuthorizer protects
--token          a key's token that may call the path
--limited-token  the token of a key with a tiny limit (3 a minute, say), which is used until it is refused
--path           a GET of the API
--max-requests   how often the limited token is tried
--middleware     the API has limitedBy: 'middleware'; with --http it has so in any case
--http           the API is an HTTP API

Exits with 0 where everything is as expected, with 1 where not, with 2 on wrong usage.`;

/** The options of the command line, or what is wrong with them. */
export function readOptions(args: readonly string[]): SmokeOptions | { readonly fault: string } {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        'limited-token': { type: 'string' },
        path: { type: 'string', default: '/whoami' },
        'max-requests': { type: 'string', default: '50' },
        middleware: { type: 'boolean', default: false },
        http: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  const { url, token, path, http, middleware } = values;
  const maxRequests = Number(values['max-requests']);
  if (url === undefined || token === undefined) return { fault: 'Both --url and --token are needed.' };
  if (!isPrivate(url)) return { fault: '--url must be https: the token goes there.' };
  if (!path.startsWith('/')) return { fault: '--path must begin with a slash.' };
  if (!Number.isInteger(maxRequests) || maxRequests < 2) return { fault: '--max-requests must be a whole number, 2 at least.' };
  return {
    url: url.replace(/\/+$/, ''),
    path,
    token,
    limitedToken: values['limited-token'] ?? null,
    maxRequests,
    kind: http ? 'http' : 'rest',
    limitedBy: http || middleware ? 'middleware' : 'gateway',
  };
}

/** Over HTTPS, or on this very machine. */
function isPrivate(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}
