import type { CloudWatchLogsEvent } from 'aws-lambda';
import { readBatch } from '../../shared/usage/readBatch.ts';
import { unpackBatch } from '../../shared/usage/subscription.ts';
import { usageCounts } from '../usageDependencies.ts';
import { reportCount } from './usage/report.ts';
import type { CountReport } from './usage/report.ts';

const counts = usageCounts();

/**
 * Counts the lines of one log stream, as a subscription hands them over. A line that cannot be read is dropped; a store
 * that cannot be written throws, so that the batch comes again: what was counted by then is not counted twice.
 */
export async function handler(event: CloudWatchLogsEvent): Promise<CountReport | null> {
  const batch = unpackBatch(event.awslogs.data);
  if (!batch) return null;
  const { lines, ignored, unreadable } = readBatch(batch);
  const { logGroup, logStream, events } = batch;
  const { counted, repeated } = await counts.count({ logGroup, logStream, lines });
  const report = { lines: events.length, counted, repeated, ignored, unreadable };
  reportCount(report, { logGroup, logStream });
  return report;
}
