/**
 * What to do about a failed attempt:
 * - `throttled`, `transient`: again, after a while;
 * - `stale_connection`: again, at once: the connection had been closed while it lay idle;
 * - `expired_credentials`: again with other credentials, if there are any;
 * - `final`: nothing, the same request would fail the same way.
 */
export type Remedy = 'throttled' | 'transient' | 'stale_connection' | 'expired_credentials' | 'final';

export interface CallErrorDetails {
  readonly remedy: Remedy;
  /** HTTP status; null when there was no answer. */
  readonly status?: number | null;
  readonly item?: unknown;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/**
 * A call that failed. `name` is the service's own (`ConditionalCheckFailedException`, `ThrottlingException`…),
 * or `TimeoutError`, `ConnectionError`, `UnreadableAnswer`.
 */
export class CallError extends Error {
  readonly remedy: Remedy;
  readonly status: number | null;
  /** Of a refused condition: the item as it is, in DynamoDB's JSON, where the call asked for it. */
  readonly item: unknown;
  readonly retryAfterMs: number | null;

  constructor(name: string, message: string, details: CallErrorDetails) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = name;
    this.remedy = details.remedy;
    this.status = details.status ?? null;
    this.item = details.item;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** As a `CallError`: an error of another kind is final. */
export function toCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  const message = error instanceof Error ? error.message : 'The call failed.';
  return new CallError('ConnectionError', message, { remedy: 'final', cause: error });
}
