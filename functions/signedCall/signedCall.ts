import { CallError } from './callError.ts';
import type { Credentials, CredentialSource } from './credentials.ts';
import type { Answer, Exchange } from './exchange.ts';
import { readAnswer } from './readAnswer.ts';
import type { Retrying } from './retry.ts';
import type { ServerClock } from './serverClock.ts';
import type { Sign } from './sign.ts';

export interface SignedCallOptions {
  readonly endpoint: URL;
  /** What stands before the operation in `X-Amz-Target`. */
  readonly target: string;
  readonly contentType: string;
  readonly sign: Sign;
  readonly credentials: CredentialSource;
  readonly clock: ServerClock;
  readonly exchange: Exchange;
  readonly retrying: Retrying;
  readonly connectTimeoutMs: number;
  /** Of one attempt; the last may have less. */
  readonly attemptTimeoutMs: number;
}

/** Calls an operation of a service of AWS's JSON protocol: its input and output as they are on the wire. Throws a `CallError`. */
export type SignedCall = (operation: string, input: object) => Promise<Record<string, unknown>>;

/**
 * Calls a service without the SDK, whose loading is most of an authorizer's cold start. Each attempt is signed anew,
 * with the credentials and the time of that moment.
 */
export function signedCaller(options: SignedCallOptions): SignedCall {
  const { endpoint, clock, credentials } = options;
  return (operation, input) => {
    const body = JSON.stringify(input);
    const headers = { 'content-type': options.contentType, 'user-agent': 'gatewarden', 'x-amz-target': `${options.target}.${operation}` };
    return options.retrying(async (remainingMs) => {
      const used = await credentials.current();
      const signedAtMs = clock.nowMs();
      const answer = await options.exchange({
        method: 'POST',
        url: endpoint,
        headers: await options.sign({ url: endpoint, headers, body }, used, signedAtMs),
        body,
        connectTimeoutMs: options.connectTimeoutMs,
        timeoutMs: Math.min(options.attemptTimeoutMs, Math.max(1, Math.ceil(remainingMs))),
      });
      const wasSkewed = clock.learn(answer.headers.date, signedAtMs);
      return readOrMend({ answer, wasSkewed, used, credentials });
    });
  };
}

/** A refusal for the time or the credentials of the signature is worth another attempt once these have changed. */
async function readOrMend(options: {
  answer: Answer;
  wasSkewed: boolean;
  used: Credentials;
  credentials: CredentialSource;
}): Promise<Record<string, unknown>> {
  try {
    return readAnswer(options.answer);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isMended =
      (error.remedy === 'final' && options.wasSkewed) ||
      (error.remedy === 'expired_credentials' && (await options.credentials.replace(options.used)));
    if (!isMended) throw error;
    const { name, message, status, cause } = error;
    throw new CallError(name, message, { remedy: 'transient', status, cause });
  }
}
