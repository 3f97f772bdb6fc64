import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import type { Database } from './database.ts';
import { dispatch } from './dispatch.ts';
import { failure, isFailure } from './failure.ts';

const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Longer than SDK clients keep a connection idle, so that none is closed under a request. */
const KEEP_ALIVE_MS = 10 * 60 * 1000;

/** The HTTP side: DynamoDB's JSON protocol on loopback. Signatures are not checked. */
export function createDynamoServer(database: Database): Server {
  const server = createServer((request, response) => {
    readBody(request, (body) => answer(database, request, response, body));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= MAX_BODY_BYTES) parts.push(part);
  });
  request.on('end', () => done(bytes <= MAX_BODY_BYTES ? Buffer.concat(parts) : undefined));
}

function answer(database: Database, request: IncomingMessage, response: ServerResponse, body: Buffer | undefined): void {
  const { statusCode, json } = resultOf(database, request, body);
  response.writeHead(statusCode, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(json),
    'x-amz-crc32': String(crc32(json)),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(json);
}

function resultOf(database: Database, request: IncomingMessage, body: Buffer | undefined): { statusCode: number; json: string } {
  try {
    checkCaller(request);
    if (body === undefined) throw failure('SerializationException', 'The request is larger than 16 MB.');
    const target = String(request.headers['x-amz-target'] ?? '');
    return { statusCode: 200, json: JSON.stringify(dispatch(database, target, parse(body))) };
  } catch (error) {
    if (isFailure(error)) return { statusCode: error.statusCode, json: JSON.stringify(error.body) };
    console.error('The embedded DynamoDB failed:', error);
    const { body } = failure('InternalServerError', 'The embedded DynamoDB failed; see its output.');
    return { statusCode: 500, json: JSON.stringify(body) };
  }
}

// Pages of a web browser on this machine can reach loopback too. They cannot send X-Amz-Target without asking first,
// which nobody here answers, and a name that someone else's DNS points at 127.0.0.1 is not one of ours.
function checkCaller(request: IncomingMessage): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (['127.0.0.1', 'localhost', '[::1]'].includes(host)) return;
  throw failure('AccessDeniedException', 'This DynamoDB answers requests to the loopback address only.');
}

function parse(body: Buffer): unknown {
  const text = body.toString();
  const request = parseJson(text);
  // dynalite copies names by assignment, which for this one would set an object's prototype. AWS has no such limit.
  if (text.includes('"__proto__"') && holdsName(request, '__proto__')) {
    throw failure('ValidationException', 'The embedded DynamoDB cannot hold an attribute named __proto__.');
  }
  return request;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failure('SerializationException', '');
  }
}

function holdsName(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, name) || Object.values(value).some((part) => holdsName(part, name));
}
