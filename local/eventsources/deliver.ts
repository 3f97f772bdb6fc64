import type { InvokeOutcome } from '../lambda/lambdaFunction.ts';
import type { LambdaService } from '../lambda/service.ts';
import { pause } from '../pause.ts';
import type { QueueStore } from '../sqs/queueStore.ts';
import { failedFrom } from './batchResponse.ts';
import { givenUpMessage } from './givenUp.ts';
import type { GivenUp } from './givenUp.ts';
import type { Positions } from './positions.ts';
import { backOffMs, expiredCount, judge } from './retry.ts';
import type { Piece } from './retry.ts';
import type { PendingRecord, StreamMapping } from './streamMapping.ts';

export interface DeliveryOptions {
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly lambda: Pick<LambdaService, 'invoke'>;
  readonly queues: Pick<QueueStore, 'send'>;
  readonly positions: Pick<Positions, 'save'>;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Calls the function until each record is done or given up, in order; false where the platform stopped before that. */
export async function deliver(options: DeliveryOptions, records: readonly PendingRecord[]): Promise<boolean> {
  const { mapping, signal } = options;
  let pieces: readonly Piece[] = [{ records, failedAttempts: 0 }];
  let lastOutcome: InvokeOutcome | undefined;
  for (let [piece, ...behind] = pieces; piece; [piece, ...behind] = pieces) {
    const expired = expiredCount(piece.records, mapping.retries, performance.now());
    if (expired > 0) {
      giveUp(options, { records: piece.records.slice(0, expired), condition: 'RecordAgeExceeded', invokeCount: piece.failedAttempts, lastOutcome });
      const fresh = piece.records.slice(expired);
      pieces = fresh.length > 0 ? [{ ...piece, records: fresh }, ...behind] : behind;
      continue;
    }
    const outcome = await call(options, piece);
    // What a function answers while the platform goes down is no answer: the next start tries again.
    if (signal.aborted) return false;
    const failed = failedFrom(outcome, piece.records, mapping.reportsItemFailures);
    const { done, givenUp, next } = judge(piece, failed, mapping.retries);
    settle(options, done);
    if (givenUp.length > 0) giveUp(options, { records: givenUp, condition: 'RetryAttemptsExhausted', invokeCount: piece.failedAttempts + 1, lastOutcome: outcome });
    pieces = [...next, ...behind];
    lastOutcome = failed === null ? undefined : outcome;
    if (next.length > 0) await pause(backOffMs(piece), signal);
    if (signal.aborted) return false;
  }
  return true;
}

/** Never throws: what cannot be called has failed. */
async function call({ lambda, mapping }: DeliveryOptions, { records }: Piece): Promise<InvokeOutcome> {
  try {
    return await lambda.invoke(mapping.functionArn, JSON.stringify({ Records: records.map(({ record }) => record) }));
  } catch (error) {
    return { ok: false, error: { errorType: 'ResourceNotFoundException', errorMessage: error instanceof Error ? error.message : String(error) } };
  }
}

function giveUp(options: DeliveryOptions, given: Pick<GivenUp, 'records' | 'condition' | 'invokeCount' | 'lastOutcome'>): void {
  const { mapping, shardId, queues, nowMs, log } = options;
  const reason = given.lastOutcome?.ok === false ? `: ${given.lastOutcome.error.errorType}: ${given.lastOutcome.error.errorMessage}` : '';
  log(`${given.records.length} records of ${mapping.streamArn} for ${mapping.functionArn} were given up (${given.condition})${reason}.`);
  if (mapping.onFailureArn !== undefined) queues.send(mapping.onFailureArn, { body: givenUpMessage({ ...given, mapping, shardId, atMs: nowMs() }) });
  settle(options, given.records);
}

/** Nothing up to the last of these is tried again, also not after a restart. */
function settle({ mapping, shardId, positions }: DeliveryOptions, records: readonly PendingRecord[]): void {
  const last = records.at(-1);
  if (last) positions.save(mapping, shardId, { after: last.record.dynamodb.SequenceNumber });
}
