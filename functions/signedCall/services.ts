import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { GetSecretValueCommandInput, GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { credentialSource } from './credentials.ts';
import type { ReadVariable } from './credentials.ts';
import { endpointOf } from './endpoint.ts';
import type { Service } from './endpoint.ts';
import { httpExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { retrying } from './retry.ts';
import { serverClock } from './serverClock.ts';
import { requestSigner } from './sign.ts';
import { signedCaller } from './signedCall.ts';
import type { SignedCall } from './signedCall.ts';

type Output<CommandOutput> = Promise<Omit<CommandOutput, '$metadata'>>;

/**
 * DynamoDB's own JSON, in and out, under the SDK's names. Binary values stay the base64 text that they are on the
 * wire; keys of a BatchGetItem that were not processed are the caller's to ask for again; an UpdateItem that failed
 * without a refusal, or was retried, may have been done.
 */
export interface ItemCalls {
  getItem(input: GetItemCommandInput): Output<GetItemCommandOutput>;
  batchGetItem(input: BatchGetItemCommandInput): Output<BatchGetItemCommandOutput>;
  updateItem(input: UpdateItemCommandInput): Output<UpdateItemCommandOutput>;
}

export interface SecretCalls {
  getSecretValue(input: GetSecretValueCommandInput): Output<Pick<GetSecretValueCommandOutput, 'SecretString' | '$metadata'>>;
}

export interface ServiceOptions {
  readonly region: string;
  readonly variable: ReadVariable;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** A clock that only goes forward, in milliseconds. */
  readonly elapsedMs: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** What one call may take with all its retries. @default 3000: three in a row stay within an authorizer's ten seconds */
  readonly budgetMs?: number;
  /** Connections to share with others. @default - connections of its own */
  readonly exchange?: Exchange;
}

/** The calls that a verification makes, over one set of connections, one clock and one lookup of credentials. */
export function signedServices(options: ServiceOptions): ItemCalls & SecretCalls {
  const clock = serverClock(options.nowMs);
  const exchange = options.exchange ?? httpExchange();
  const credentials = credentialSource({ variable: options.variable, exchange, nowMs: clock.nowMs });
  const caller = (service: Service, own: { target: string; contentType: string; baseDelayMs: number; maxAttempts: number; attemptTimeoutMs: number }): SignedCall =>
    signedCaller({
      ...own,
      endpoint: endpointOf(service, options.region, options.variable),
      sign: requestSigner({ service, region: options.region }),
      credentials,
      clock,
      exchange,
      retrying: retrying({ ...options, ...own, budgetMs: options.budgetMs ?? 3_000 }),
      // Shorter than the second after which TCP sends its first packet again: a new connection is there sooner.
      connectTimeoutMs: 500,
    });
  // Attempts and delays are those of the SDK for these services.
  const dynamodb = caller('dynamodb', {
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    baseDelayMs: 25,
    maxAttempts: 4,
    attemptTimeoutMs: 1_000,
  });
  const secretsManager = caller('secretsmanager', {
    target: 'secretsmanager',
    contentType: 'application/x-amz-json-1.1',
    baseDelayMs: 50,
    maxAttempts: 3,
    // It decrypts by KMS first.
    attemptTimeoutMs: 2_000,
  });
  return {
    getItem: (input) => dynamodb('GetItem', input),
    batchGetItem: (input) => dynamodb('BatchGetItem', input),
    updateItem: (input) => dynamodb('UpdateItem', input),
    getSecretValue: (input) => secretsManager('GetSecretValue', input),
  };
}
