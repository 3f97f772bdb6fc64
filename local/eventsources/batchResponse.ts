import * as z from 'zod';
import type { InvokeOutcome } from '../lambda/lambdaFunction.ts';
import type { PendingRecord } from './streamMapping.ts';

const response = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() }).nullish();

/**
 * The lowest record at which a call failed; null where none did. A function that threw has failed at the first. So has
 * one that reports failures and names one that it was not given, or answers something that cannot be read: Lambda takes
 * the whole batch for failed then.
 */
export function failedFrom(outcome: InvokeOutcome, records: readonly PendingRecord[], reportsItemFailures: boolean): number | null {
  if (!outcome.ok) return 0;
  if (!reportsItemFailures) return null;
  const { success, data } = response.safeParse(JSON.parse(outcome.payload));
  if (!success) return 0;
  const failures = data?.batchItemFailures ?? [];
  if (failures.length === 0) return null;
  const places = failures.map(({ itemIdentifier }) => records.findIndex(({ record }) => record.dynamodb.SequenceNumber === itemIdentifier));
  return Math.max(0, Math.min(...places));
}
