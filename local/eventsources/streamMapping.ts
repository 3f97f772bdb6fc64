import type { EventPattern } from '../eventbridge/eventPattern.ts';

/** One event source mapping: a table's stream, the function that gets its records, and what becomes of failures. */
export interface StreamMapping {
  /** The same at every start: under it the position is kept. */
  readonly id: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  /** How long a batch may wait for more records, from its first on. */
  readonly batchingWindowSec: number;
  /** A record that none of them matches never reaches the function; without any, all do. */
  readonly filters: readonly EventPattern[];
  /** Whether the function's answer may name the records that it failed at. */
  readonly reportsItemFailures: boolean;
  readonly retries: RetryPolicy;
  /** ARN of the queue that is told what was given up. */
  readonly onFailureArn: string | undefined;
}

export interface RetryPolicy {
  /** Whether a batch that fails is tried again in parts. */
  readonly bisects: boolean;
  /** -1: until the records are too old. */
  readonly maximumRetryAttempts: number;
  /** -1: a day, as long as a stream keeps them. */
  readonly maximumRecordAgeSec: number;
}

/** A record as a Lambda function gets it. */
export interface EventRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: string;
  readonly awsRegion: string;
  readonly dynamodb: Readonly<Record<string, unknown>> & {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly SequenceNumber: string;
  };
  readonly eventSourceARN: string;
  /** Set when the item went because its time to live was over. */
  readonly userIdentity?: { readonly type: string; readonly principalId: string };
}

/** A record on its way to the function. */
export interface PendingRecord {
  readonly record: EventRecord;
  /** By `performance.now()`: when this process first read it. */
  readonly readMs: number;
}

/** Name of the table in a stream's ARN. */
export function tableOfStream(streamArn: string): string {
  return /:table\/([^/]+)\/stream\//u.exec(streamArn)?.[1] ?? '';
}
