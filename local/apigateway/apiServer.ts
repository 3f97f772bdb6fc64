import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import type { Listening } from '../listen.ts';
import type { HttpAnswer } from './gatewayResponse.ts';
import { parseQuery, splitTarget } from './request.ts';
import type { ApiRequest } from './request.ts';

/** The largest request payload of API Gateway: 10 MB. */
export const maxPayloadBytes = 10 * 1024 * 1024;

/** What is wrong with a request before anything of the API is asked: its size, or a query that cannot be decoded. */
export type RequestDefect = 'tooLarge' | 'malformed' | undefined;

/** How an API answers one request. */
export type AnswerRequest = (request: ApiRequest, defect: RequestDefect) => Promise<HttpAnswer>;

/** A server of one API: it answers 503 until `open` says how. */
export type ApiServer = Listening & { open(answer: AnswerRequest): void };

/** Listens for an API on a loopback port (0: any free one). `log` gets the platform's own defects. */
export async function serveApi(port: number, log: (line: string) => void): Promise<ApiServer> {
  let answer: AnswerRequest | undefined;
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    if (!answer) return void response.writeHead(503).end();
    void handle({ answer, log }, incoming, response);
  });
  server.on('clientError', (error, socket) => {
    const isTooLong = 'code' in error && error.code === 'HPE_HEADER_OVERFLOW';
    if (socket.writable) socket.end(`HTTP/1.1 ${isTooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  const listening = await listen(server, port);
  return { ...listening, open: (answering) => void (answer = answering) };
}

async function handle({ answer, log }: { answer: AnswerRequest; log: (line: string) => void }, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { request, defect } = await readRequest(incoming);
    send(response, await answer(request, defect));
  } catch (error) {
    // The client went away in the middle of its body, or the platform has a defect: in both cases no answer of the API.
    if (!incoming.destroyed) log(`The local API Gateway failed: ${error instanceof Error ? error.stack : String(error)}`);
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
    rawQuery,
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
