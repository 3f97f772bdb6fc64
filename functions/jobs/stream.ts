import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue as StoredValue } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { describeError, log } from '../log.ts';

/** An image of a stream record as the stores read items. */
export function itemOf(image: Record<string, AttributeValue> | undefined): Record<string, unknown> {
  return unmarshall((image ?? {}) as Record<string, StoredValue>);
}

/**
 * Handles records one by one, in their order, and reports the first that failed: it and those behind it come again,
 * those before it do not.
 */
export async function eachRecord(records: readonly DynamoDBRecord[], act: (record: DynamoDBRecord) => Promise<void>): Promise<DynamoDBBatchResponse> {
  for (const record of records) {
    const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
    try {
      await act(record);
    } catch (error) {
      log('ERROR', 'record of a change not handled', { sequenceNumber, error: describeError(error) });
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}
