import { request } from 'node:http';
import type { Agent } from 'node:http';
import type { Json, TestResponse } from './respondsAsDeclared.ts';

export interface RawRequest {
  readonly method?: string;
  /** Names and values in turn, sent in this order and letter case, repeated ones too. */
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly agent?: Agent;
}

/** Sends a request with its headers exactly as given, which `fetch` would put into lower case and join. */
export function sendRaw(url: string, { method = 'GET', headers = [], body, agent }: RawRequest = {}): Promise<TestResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<TestResponse>();
  const { hostname, port, pathname, search } = new URL(url);
  const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))];
  const outgoing = request(
    { hostname, port, path: `${pathname}${search}`, method, headers: ['Host', `${hostname}:${port}`, ...headers, ...length], ...(agent && { agent }) },
    (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const answered = new Headers(Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value])));
        resolve({ status: incoming.statusCode ?? 0, headers: answered, body: parseBody(Buffer.concat(chunks).toString('utf8')) });
      });
    },
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

export async function fetchJson(url: string, init: RequestInit): Promise<TestResponse> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: parseBody(await response.text()) };
}

function parseBody(text: string): Json {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
