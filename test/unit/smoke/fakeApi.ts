import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Changes an answer of the kind that it is named for: what a wrong deployment would say. */
export interface Faults {
  readonly unauthorized?: (answer: Answer, request: IncomingMessage) => Answer;
  readonly unknownPath?: (answer: Answer, request: IncomingMessage) => Answer;
  readonly passing?: (answer: Answer, request: IncomingMessage) => Answer;
  readonly limited?: (answer: Answer, request: IncomingMessage) => Answer;
}

const limit = 3;

/** An API as API Gateway and the kit answer for it: `GET /live/whoami`, with a token that is limited to 3 requests. */
export async function startFakeApi(kind: 'rest' | 'http', faults: Faults = {}): Promise<{ url: string; requests: () => number; stop: () => Promise<void> }> {
  let used = 0;
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const token = tokenOf(request);
    const isKnown = request.url === '/live/whoami';
    const isLimited = token === 'gw_live_limited' && (used += 1) > limit;
    if (!isKnown) return send(response, change(faults.unknownPath, request, kind === 'rest' ? problem('not_found', 404, 'Not found') : message(404, 'Not Found')));
    if (token !== 'gw_live_good' && token !== 'gw_live_limited') {
      return send(response, change(faults.unauthorized, request, kind === 'rest' ? unauthorized() : message(401, 'Unauthorized')));
    }
    if (isLimited) return send(response, change(faults.limited, request, refusal(kind)));
    const fields = token === 'gw_live_limited' ? { RateLimit: `"default";r=${limit - used};t=40`, 'RateLimit-Policy': '"default";q=3;w=60' } : {};
    send(response, change(faults.passing, request, { status: 200, headers: { 'Content-Type': 'application/json', ...fields }, body: '{"keyId":"key_4f8KqZ1mN0pR"}' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/live/`,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refusal(kind: 'rest' | 'http'): Answer {
  const answer = problem('rate_limited', 429, kind === 'rest' ? 'Too many requests' : 'The rate limit is reached');
  const fields = { 'Retry-After': '40', RateLimit: '"default";r=0;t=40', 'RateLimit-Policy': '"default";q=3;w=60' };
  return { ...answer, headers: { ...answer.headers, ...fields } };
}

function unauthorized(): Answer {
  const answer = problem('unauthorized', 401, 'No valid credentials');
  return { ...answer, headers: { ...answer.headers, 'WWW-Authenticate': 'ApiKey realm="gatewarden"' } };
}

function problem(code: string, status: number, title: string): Answer {
  const id = Math.random().toString(36).slice(2);
  const type = `https://gatewarden.dev/errors/${code}`;
  const body = { type, title, status, detail: 'A sentence that says what happened.', code, instance: `urn:gatewarden:request:${id}` };
  return { status, headers: { 'Content-Type': 'application/problem+json', 'X-Request-Id': id }, body: JSON.stringify(body) };
}

function message(status: number, text: string): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ message: text }) };
}

function change(fault: Faults['limited'], request: IncomingMessage, answer: Answer): Answer {
  return fault ? fault(answer, request) : answer;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  const { authorization, 'x-api-key': apiKey } = headers;
  return typeof apiKey === 'string' ? apiKey : authorization?.replace(/^(Bearer|x-api-key) /, '');
}
