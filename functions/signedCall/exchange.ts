import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import { CallError } from './callError.ts';

/** The largest answer of the services called here is a BatchGetItem's 16 MB; this leaves room for its JSON. */
const maxBodyBytes = 64 * 1024 * 1024;

/** Failures of connections that another attempt may not meet. */
const transientCodes = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Until there is a TCP connection. */
  readonly connectTimeoutMs: number;
  /** From the start to the last byte of the answer. */
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Exchange = (request: OutgoingRequest) => Promise<Answer>;

type Fail = (error: CallError) => void;
type Send = (url: URL, options: RequestOptions) => ClientRequest;

/** As many connections as the SDK allows. */
const agentOptions = { keepAlive: true, maxSockets: 50 };

/**
 * One request and its whole answer, over connections that are kept open; no retries, no redirects. Rejects with a
 * `CallError` when the whole answer is not there in time.
 */
export function httpExchange(): Exchange {
  const agent = new Agent(agentOptions);
  const secure: Send = (url, options) => secureRequest(url, { ...options, agent });
  let plain: Send | undefined;
  return (outgoing) =>
    new Promise((resolve, reject) => {
      const { url, method, headers, body } = outgoing;
      const send = url.protocol === 'http:' ? (plain ??= plainSender()) : secure;
      const request = send(url, { method, headers });
      let isSettled = false;
      const succeed = (answer: Answer): void => {
        isSettled = true;
        resolve(answer);
      };
      const fail: Fail = (error) => {
        isSettled = true;
        reject(error);
        request.destroy();
      };
      watchTime(request, outgoing, fail);
      request.on('error', (error) => fail(connectionError(error, request.reusedSocket)));
      request.on('response', (response) => collect(response, succeed, fail));
      // Not every end of a connection is an error to Node: it leaves one that switches protocols without a word.
      request.on('close', () => isSettled || fail(new CallError('ConnectionError', 'The connection was closed.', { remedy: 'transient' })));
      request.end(body);
    });
}

/** For endpoints on this machine. An `import` of `node:http` would load its WebSocket too, which takes longer than all else here. */
function plainSender(): Send {
  const http = process.getBuiltinModule('node:http');
  const agent = new http.Agent(agentOptions);
  return (url, options) => http.request(url, { ...options, agent });
}

function watchTime(request: ClientRequest, { connectTimeoutMs, timeoutMs }: OutgoingRequest, fail: Fail): void {
  failAfter(timeoutMs, { request, fail, awaited: 'answer', isLate: () => true });
  request.once('socket', (socket) => {
    if (socket.connecting) failAfter(connectTimeoutMs, { request, fail, awaited: 'connection', isLate: () => socket.connecting });
  });
}

function failAfter(ms: number, watch: { request: ClientRequest; fail: Fail; awaited: string; isLate: () => boolean }): void {
  let isOpen = true;
  const timer = setTimeout(() => {
    // What came in while the process was busy or frozen is looked at first.
    setImmediate(() => {
      if (!isOpen || !watch.isLate()) return;
      watch.fail(new CallError('TimeoutError', `There was no ${watch.awaited} within ${ms} ms.`, { remedy: 'transient' }));
    });
  }, ms);
  watch.request.once('close', () => {
    isOpen = false;
    clearTimeout(timer);
  });
}

function collect(response: IncomingMessage, resolve: (answer: Answer) => void, fail: Fail): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxBodyBytes) fail(new CallError('UnreadableAnswer', `The answer is larger than ${maxBodyBytes} bytes.`, { remedy: 'final' }));
  });
  // An answer that breaks off ends here, not in `end`.
  response.on('error', (error) => fail(connectionError(error, false)));
  response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
}

function connectionError(error: NodeJS.ErrnoException, isReused: boolean): CallError {
  const { code = '' } = error;
  // The other end closes connections that lie idle; a frozen container learns of it with its next request.
  const isStale = isReused && (code === 'ECONNRESET' || code === 'EPIPE');
  const remedy = transientCodes.includes(code) ? 'transient' : 'final';
  return new CallError('ConnectionError', `The connection failed: ${code || error.message}.`, {
    remedy: isStale ? 'stale_connection' : remedy,
    cause: error,
  });
}
