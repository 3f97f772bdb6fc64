import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AsyncInvocations } from './asyncInvocations.ts';
import type { InvokeOutcome } from './lambdaFunction.ts';
import type { LambdaService } from './service.ts';

export interface InvokeApiOptions {
  readonly lambda: Pick<LambdaService, 'find' | 'invoke'>;
  /** For functions that nobody waits for. */
  readonly invocations: Pick<AsyncInvocations, 'start'>;
}

const invocationPath = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/u;
const maxSyncBytes = 6 * 1024 * 1024;
const maxAsyncBytes = 1024 * 1024;

/** A refusal of the Lambda API itself, by the name of its exception. */
class LambdaApiError extends Error {
  readonly type: string;
  readonly status: number;
  constructor(type: string, status: number, message: string) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** Whether a request is for Lambda's Invoke API. */
export function isInvocation({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && invocationPath.test(url ?? '');
}

/** Answers `POST /2015-03-31/functions/{name or ARN}/invocations` as Lambda does. */
export async function answerInvocation(options: InvokeApiOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const type = String(incoming.headers['x-amz-invocation-type'] ?? 'RequestResponse');
    const name = exactName(options.lambda, invocationPath.exec(incoming.url ?? '')?.[1] ?? '');
    const payload = await readPayload(incoming, type === 'Event' ? maxAsyncBytes : maxSyncBytes);
    if (type === 'DryRun') return void response.writeHead(204).end();
    if (type === 'Event') return invokeWithoutWaiting(options, name, payload, response);
    if (type !== 'RequestResponse') throw new LambdaApiError('InvalidParameterValueException', 400, `Unknown invocation type ${type}.`);
    sendOutcome(await options.lambda.invoke(name, payload), response);
  } catch (error) {
    const { type, status, message } = error instanceof LambdaApiError ? error : new LambdaApiError('ServiceException', 500, String(error));
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-ErrorType': type }).end(JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message }));
  }
}

function invokeWithoutWaiting({ invocations }: InvokeApiOptions, name: string, payload: string, response: ServerResponse): void {
  response.writeHead(202, { 'content-type': 'application/json' }).end();
  invocations.start(name, payload);
}

function sendOutcome(outcome: InvokeOutcome, response: ServerResponse): void {
  const headers = { 'content-type': 'application/json', 'X-Amz-Executed-Version': '$LATEST' };
  if (outcome.ok) return void response.writeHead(200, headers).end(outcome.payload);
  const { error } = outcome;
  if (error.errorType === 'TooManyRequestsException') throw new LambdaApiError(error.errorType, 429, error.errorMessage);
  response.writeHead(200, { ...headers, 'X-Amz-Function-Error': 'Unhandled' }).end(JSON.stringify(error));
}

/** A function by its name or ARN, whole: the platform's own search by a part of a name is not for programs. */
function exactName(lambda: InvokeApiOptions['lambda'], encoded: string): string {
  const given = decodeName(encoded).replace(/:\$LATEST$/u, '');
  const name = /^(?:arn:aws:lambda:[^:]*:\d+:|\d+:)?function:(.+)$/u.exec(given)?.[1] ?? given;
  const found = lambda.find(name);
  if (found?.name !== name) throw new LambdaApiError('ResourceNotFoundException', 404, `Function not found: ${given}`);
  return name;
}

function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new LambdaApiError('InvalidParameterValueException', 400, 'The function name holds a broken percent escape.');
  }
}

async function readPayload(incoming: IncomingMessage, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
  }
  if (size > limitBytes) throw new LambdaApiError('RequestTooLargeException', 413, `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`);
  const text = Buffer.concat(chunks).toString('utf8') || '{}';
  try {
    JSON.parse(text);
  } catch {
    throw new LambdaApiError('InvalidRequestContentException', 400, 'Could not parse request body into json.');
  }
  return text;
}
