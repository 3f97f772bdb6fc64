import { randomUUID } from 'node:crypto';
import { pause } from '../pause.ts';
import type { QueueStore } from '../sqs/queueStore.ts';
import type { InvokeOutcome } from './lambdaFunction.ts';
import { functionNameOf } from './service.ts';
import type { LambdaService } from './service.ts';

/** What becomes of a function's asynchronous invocations that fail (`AWS::Lambda::EventInvokeConfig`). */
export interface EventInvokeConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSec: number;
  /** ARN of the queue for what has failed for good. */
  readonly onFailureArn: string | undefined;
}

/** One event in Lambda's hands. */
export interface AsyncInvocation {
  /** What the first try ended in. */
  readonly first: Promise<InvokeOutcome>;
  /** When the event is done: served, or put away after the last try. */
  readonly ended: Promise<void>;
}

/** Lambda's asynchronous invocations: nobody waits for them, and what fails is tried again. */
export interface AsyncInvocations {
  /** By name or ARN of the function. */
  configure(functionName: string, config: EventInvokeConfig): void;
  /** Takes an event (JSON text) for a function by name or ARN. */
  start(functionName: string, payload: string): AsyncInvocation;
  /** How many events were taken so far. */
  started(): number;
  /** Resolves when no event is left in hand. */
  idle(): Promise<void>;
  /** Tries nothing more. */
  stop(): void;
}

export interface AsyncInvocationOptions {
  readonly lambda: Pick<LambdaService, 'find' | 'invoke'>;
  readonly queues: Pick<QueueStore, 'send' | 'find'>;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
}

/** As Lambda's own defaults: two more tries, within six hours. */
const defaults: EventInvokeConfig = { maximumRetryAttempts: 2, maximumEventAgeSec: 6 * 3600, onFailureArn: undefined };
/** Before the second try; twice as long before the third. Lambda waits one minute and two: nobody here would. */
const firstWaitMs = 200;

/** Events in hand are lost when the process ends; Lambda would keep them. */
export function createAsyncInvocations(options: AsyncInvocationOptions): AsyncInvocations {
  const configs = new Map<string, EventInvokeConfig>();
  const inHand = new Set<Promise<void>>();
  const stopping = new AbortController();
  let count = 0;
  return {
    configure: (functionName, config) => void configs.set(nameOf(functionName), config),
    start(functionName, payload) {
      count += 1;
      const first = invoke(options.lambda, functionName, payload);
      const config = configs.get(nameOf(functionName)) ?? defaults;
      const ended = seeThrough({ ...options, config, functionName, payload, first, signal: stopping.signal });
      inHand.add(ended);
      void ended.finally(() => inHand.delete(ended));
      return { first, ended };
    },
    started: () => count,
    async idle() {
      while (inHand.size > 0) await Promise.all(inHand);
    },
    stop: () => stopping.abort(),
  };
}

interface Attempts extends AsyncInvocationOptions {
  readonly config: EventInvokeConfig;
  readonly functionName: string;
  readonly payload: string;
  readonly first: Promise<InvokeOutcome>;
  readonly signal: AbortSignal;
}

async function seeThrough(attempts: Attempts): Promise<void> {
  const { lambda, config, functionName, payload, first, signal } = attempts;
  // Real time: an event is not old because the platform's clock was moved while it waited.
  const startedMs = performance.now();
  let outcome = await first;
  for (let count = 1; !outcome.ok && !signal.aborted; count += 1) {
    const waitMs = firstWaitMs * 2 ** (count - 1);
    const isTooOld = performance.now() + waitMs - startedMs > config.maximumEventAgeSec * 1000;
    if (count > config.maximumRetryAttempts || isTooOld) return putAway(attempts, outcome, { count, isTooOld });
    await pause(waitMs, signal);
    if (!signal.aborted) outcome = await invoke(lambda, functionName, payload);
  }
}

function putAway({ lambda, queues, nowMs, log, config, functionName, payload }: Attempts, outcome: InvokeOutcome & { ok: false }, { count, isTooOld }: { count: number; isTooOld: boolean }): void {
  const { error } = outcome;
  const { onFailureArn } = config;
  const isKept = onFailureArn !== undefined && queues.find(onFailureArn) !== undefined;
  log(`The asynchronous invocation of ${nameOf(functionName)} failed${count > 1 ? ` ${count} times` : ''}: ${error.errorType}: ${error.errorMessage}${isKept ? `; its event rests in ${onFailureArn}.` : ''}`);
  if (!isKept) return;
  const body = {
    version: '1.0',
    timestamp: new Date(nowMs()).toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${lambda.find(functionName)?.arn ?? functionName}:$LATEST`,
      condition: isTooOld ? 'EventAgeExceeded' : 'RetriesExhausted',
      approximateInvokeCount: count,
    },
    requestPayload: JSON.parse(payload) as unknown,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: error,
  };
  queues.send(onFailureArn, { body: JSON.stringify(body) });
}

/** Never throws: what cannot be called has failed. */
async function invoke(lambda: AsyncInvocationOptions['lambda'], functionName: string, payload: string): Promise<InvokeOutcome> {
  try {
    return await lambda.invoke(functionName, payload);
  } catch (error) {
    return { ok: false, error: { errorType: 'ResourceNotFoundException', errorMessage: error instanceof Error ? error.message : String(error) } };
  }
}

function nameOf(functionName: string): string {
  return functionName.startsWith('arn:') ? functionNameOf(functionName) : functionName;
}
