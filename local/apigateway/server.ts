import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import type { Listening } from '../listen.ts';
import { createAuthorizerCache } from './authorizerCache.ts';
import { execute } from './execute.ts';
import type { ExecuteOptions, RequestDefect } from './execute.ts';
import type { HttpAnswer } from './gatewayResponse.ts';
import { parseQuery, splitTarget } from './request.ts';
import type { ApiRequest } from './request.ts';
import type { RestApi } from './restApi.ts';
import { compileRoutes } from './routes.ts';
import type { GatewayServices } from './services.ts';

/** The largest request payload of API Gateway: 10 MB. */
export const maxPayloadBytes = 10 * 1024 * 1024;

/** Serves a REST API on a loopback port (0: any free one). The API may still be filled; routes are read at `open`. */
export async function serveRestApi(api: RestApi, services: GatewayServices, port: number): Promise<Listening & { open(): void }> {
  let options: ExecuteOptions | undefined;
  const server: Server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    if (!options) return void response.writeHead(503).end();
    void handle(options, incoming, response);
  });
  server.on('clientError', (error, socket) => {
    const isTooLong = 'code' in error && error.code === 'HPE_HEADER_OVERFLOW';
    if (socket.writable) socket.end(`HTTP/1.1 ${isTooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  const listening = await listen(server, port);
  return {
    ...listening,
    open: () => (options = { api, routes: compileRoutes(api), cache: createAuthorizerCache(services.nowMs), services }),
  };
}

async function handle(options: ExecuteOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { request, defect } = await readRequest(incoming);
    send(response, await execute(options, request, defect));
  } catch (error) {
    // The client went away in the middle of its body, or the platform has a defect: in both cases no answer of the API.
    if (!incoming.destroyed) options.services.log(`The local API Gateway failed: ${error instanceof Error ? error.stack : String(error)}`);
    if (!response.headersSent && !response.destroyed) response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"Internal server error"}');
  }
}

async function readRequest(incoming: IncomingMessage): Promise<{ request: ApiRequest; defect: RequestDefect }> {
  const { rawPath, rawQuery } = splitTarget(incoming.url ?? '/');
  const query = parseQuery(rawQuery);
  const body = await readBody(incoming);
  const request: ApiRequest = {
    method: incoming.method ?? 'GET',
    rawPath,
    query: query ?? [],
    headers: headerPairs(incoming.rawHeaders),
    body: body ?? Buffer.alloc(0),
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
    protocol: `HTTP/${incoming.httpVersion}`,
  };
  return { request, defect: body === undefined ? 'tooLarge' : query === undefined ? 'malformed' : undefined };
}

/**
 * The body, or undefined when it is too large. The rest of such a body is read and thrown away: an answer in the
 * middle of an upload would reach the client as a broken connection. Ten times the limit ends the connection.
 */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxPayloadBytes) chunks.push(chunk);
      else if (size > maxPayloadBytes * 10) incoming.destroy(new Error('The request body is far too large.'));
      else chunks.length = 0;
    });
    incoming.on('end', () => resolve(size > maxPayloadBytes ? undefined : Buffer.concat(chunks)));
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('The client went away before its body had ended.')));
  });
}

function headerPairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []));
}

function send(response: ServerResponse, answer: HttpAnswer): void {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.end(answer.body);
}
