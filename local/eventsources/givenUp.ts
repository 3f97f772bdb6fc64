import { randomUUID } from 'node:crypto';
import type { InvokeOutcome } from '../lambda/lambdaFunction.ts';
import type { PendingRecord, StreamMapping } from './streamMapping.ts';

export interface GivenUp {
  readonly mapping: Pick<StreamMapping, 'functionArn' | 'streamArn'>;
  readonly shardId: string;
  readonly records: readonly PendingRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invokeCount: number;
  /** Undefined where the function was never called. */
  readonly lastOutcome: InvokeOutcome | undefined;
  readonly atMs: number;
}

/** What Lambda tells a queue of records that it gave up: where they are in the stream, not what they hold. */
export function givenUpMessage({ mapping, shardId, records, condition, invokeCount, lastOutcome, atMs }: GivenUp): string {
  const [first, last] = [records[0]?.record.dynamodb, records.at(-1)?.record.dynamodb];
  return JSON.stringify({
    requestContext: { requestId: randomUUID(), functionArn: mapping.functionArn, condition, approximateInvokeCount: invokeCount },
    ...(lastOutcome && { responseContext: { statusCode: 200, executedVersion: '$LATEST', ...(!lastOutcome.ok && { functionError: 'Unhandled' }) } }),
    version: '1.0',
    timestamp: new Date(atMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  });
}

function arrival(sec = 0): string {
  return new Date(sec * 1000).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}
