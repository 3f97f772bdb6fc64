import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { CallError } from './callError.ts';
import type { Remedy } from './callError.ts';
import type { Answer } from './exchange.ts';

// The names that the SDK's standard retry mode retries.
const throttlingNames = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
];
const transientNames = ['TimeoutError', 'RequestTimeout', 'RequestTimeoutException'];
const transientStatuses = [500, 502, 503, 504];
const expiredNames = ['ExpiredToken', 'ExpiredTokenException'];

/** What a service of the JSON protocol answered. Throws a `CallError` for every answer that is not a success. */
export function readAnswer(answer: Answer): Record<string, unknown> {
  const { status, headers, body } = answer;
  // DynamoDB sends it with every answer; the SDK for JavaScript does not look at it.
  const expected = headers['x-amz-crc32'];
  if (typeof expected === 'string' && Number(expected) !== crc32(body)) {
    throw new CallError('UnreadableAnswer', 'The answer does not have the checksum that came with it.', { remedy: 'transient', status });
  }
  const content = parseObject(body);
  if (status < 200 || status > 299) throw failure(answer, content ?? {});
  if (!content) throw new CallError('UnreadableAnswer', 'The answer is not a JSON object.', { remedy: 'final', status });
  return content;
}

function parseObject(body: Buffer): Record<string, unknown> | null {
  try {
    const content: unknown = JSON.parse(body.toString('utf8'));
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? (content as Record<string, unknown>) : null;
  } catch {
    // The parser's own message would quote the answer, which may hold a secret.
    return null;
  }
}

function failure({ status, headers }: Answer, content: Record<string, unknown>): CallError {
  const name = errorName(headers['x-amzn-errortype'] ?? content['__type'] ?? content['code']) ?? `Http${status}`;
  const message = content['message'] ?? content['Message'];
  return new CallError(name, typeof message === 'string' ? message.slice(0, 1_000) : `HTTP status ${status}.`, {
    remedy: remedyFor(name, status),
    status,
    item: content['Item'],
    retryAfterMs: retryAfterMs(headers),
  });
}

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException:http://…` is a `ThrottlingException`. */
function errorName(type: unknown): string | null {
  if (typeof type !== 'string') return null;
  return /^(?:[\w.]*#)?(\w{1,100})(?:[:,]|$)/.exec(type)?.[1] ?? null;
}

function remedyFor(name: string, status: number): Remedy {
  if (status === 429 || throttlingNames.includes(name)) return 'throttled';
  if (transientStatuses.includes(status) || transientNames.includes(name)) return 'transient';
  return expiredNames.includes(name) ? 'expired_credentials' : 'final';
}

function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const value = headers['x-amz-retry-after'];
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : null;
}
