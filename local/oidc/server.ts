import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import type { Listening } from '../listen.ts';
import { askWhoSignsIn, discovery, giveTokens, keySet, revokeToken, signInOnPage, signOut, userInfo } from './endpoints.ts';
import type { Endpoint, EndpointAnswer, IssuerParts } from './endpoints.ts';
import { OAuthError } from './userPool.ts';
import type { UserPool } from './userPool.ts';

/** Paths below the pool's id. Those that a page of a client may call from its script answer any origin, as Cognito's do. */
const endpoints: Readonly<Record<string, { readonly methods: Readonly<Record<string, Endpoint>>; readonly isForScripts: boolean }>> = {
  '/.well-known/openid-configuration': { methods: { GET: discovery }, isForScripts: true },
  '/.well-known/jwks.json': { methods: { GET: keySet }, isForScripts: true },
  '/oauth2/authorize': { methods: { GET: askWhoSignsIn, POST: signInOnPage }, isForScripts: false },
  '/oauth2/token': { methods: { POST: giveTokens }, isForScripts: true },
  '/oauth2/revoke': { methods: { POST: revokeToken }, isForScripts: true },
  '/oauth2/userInfo': { methods: { GET: userInfo, POST: userInfo }, isForScripts: true },
  '/logout': { methods: { GET: signOut }, isForScripts: false },
};

const maxFormBytes = 64 * 1024;

/** Serves the endpoints of all pools, on loopback. */
export async function serveIssuer(options: { pools: ReadonlyMap<string, UserPool>; parts: IssuerParts; port: number }): Promise<Listening> {
  const server = createServer((incoming, response) => void handle(options, incoming, response));
  return listen(server, options.port);
}

async function handle(
  { pools, parts }: { pools: ReadonlyMap<string, UserPool>; parts: IssuerParts },
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    refuseOtherNames(incoming);
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const [, poolId = '', path = ''] = /^\/([^/]+)(\/.*)$/u.exec(url.pathname) ?? [];
    const pool = pools.get(poolId);
    const endpoint = endpoints[path];
    if (!pool || !endpoint) throw new OAuthError('not_found', `There is no ${url.pathname}.`, 404);
    if (endpoint.isForScripts) allowScripts(incoming, response);
    if (incoming.method === 'OPTIONS' && endpoint.isForScripts) return void response.writeHead(204).end();
    const serve = endpoint.methods[incoming.method ?? ''];
    if (!serve) throw new OAuthError('invalid_request', `${path} takes ${Object.keys(endpoint.methods).join(' and ')}.`, 405);
    // A page of another site may send nobody's answer to this page.
    if (!endpoint.isForScripts && incoming.method === 'POST') refuseOtherSites(incoming);
    const form = incoming.method === 'POST' ? await readForm(incoming) : new URLSearchParams();
    send(response, await serve({ pool, query: url.searchParams, form, authorization: incoming.headers.authorization }, parts));
  } catch (error) {
    sendError(response, error);
  }
}

/** A name of another site that leads to this machine would make its pages this one's own. */
function refuseOtherNames({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/u, '');
  if (host !== '127.0.0.1' && host !== 'localhost') throw new OAuthError('access_denied', `The issuer answers on 127.0.0.1 only, got ${host}.`, 403);
}

function allowScripts(incoming: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  if (incoming.method !== 'OPTIONS') return;
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
  response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
}

function refuseOtherSites({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) throw new OAuthError('access_denied', 'Another site sent this.', 403);
}

async function readForm(incoming: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxFormBytes) chunks.push(chunk);
  }
  if (size > maxFormBytes) throw new OAuthError('invalid_request', `The form must be at most ${maxFormBytes} bytes.`, 413);
  const isForm = /^application\/x-www-form-urlencoded\b/iu.test(incoming.headers['content-type'] ?? '');
  if (size > 0 && !isForm) throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded.');
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, answer: EndpointAnswer): void {
  response.setHeader('Cache-Control', 'no-store');
  if (answer.kind === 'redirect') return void response.writeHead(302, { location: answer.location }).end();
  if (answer.kind === 'json') return void response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(answer.status, headers).end(answer.html);
}

function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof OAuthError ? error : new OAuthError('server_error', error instanceof Error ? error.message : String(error), 500);
  if (known.status === 401) response.setHeader('WWW-Authenticate', `Bearer error="${known.code}"`);
  send(response, { kind: 'json', status: known.status, body: { error: known.code, error_description: known.message } });
}
