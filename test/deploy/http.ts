import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** A deployed REST API: how API Gateway names it, and where the emulator answers for it. */
export interface DeployedApi {
  /** `<api id>.execute-api.localhost:<port>`, by which the emulator knows the API. */
  readonly host: string;
  readonly port: number;
  /** `/v1`. */
  readonly basePath: string;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; a text or bytes as they are. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly body: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const answerWithinMs = 30_000;

/** `https://<id>.execute-api.<region>.amazonaws.com/<stage>`, as the stack's output says, to where it is reached here. */
export function deployedApi(url: string, port: number): DeployedApi {
  const { hostname, pathname } = new URL(url);
  const [id] = hostname.split('.');
  return { host: `${id}.execute-api.localhost:${port}`, port, basePath: pathname.replace(/\/$/, '') };
}

/** One request. Node's `fetch` would not let us say by which name we call. */
export function call(api: DeployedApi, { method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
  const bytes = toBytes(body);
  const options = {
    agent,
    host: '127.0.0.1',
    port: api.port,
    method,
    path: `${api.basePath}${path}`,
    headers: { ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }), ...headers, host: api.host },
    timeout: answerWithinMs,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: fromJson(text) });
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path} had no answer after ${answerWithinMs / 1_000} s.`)));
    outgoing.on('error', reject);
    outgoing.end(bytes);
  });
}

/** Closes the connections that are kept open. */
export function hangUp(): void {
  agent.destroy();
}

function toBytes(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
