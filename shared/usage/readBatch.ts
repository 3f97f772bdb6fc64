import type { UsageRecord } from './record.ts';
import { readLine } from './readLine.ts';
import type { LogBatch } from './subscription.ts';

/** A line that counts. */
export interface UsageLine {
  /** The log event's id. */
  readonly id: string;
  /** The log event's time, epoch milliseconds: where its id is remembered. */
  readonly loggedAtMs: number;
  readonly record: UsageRecord;
}

/** What a batch holds, each line once. */
export function readBatch(batch: LogBatch): { lines: UsageLine[]; ignored: number; unreadable: number } {
  const lines = new Map<string, UsageLine>();
  let [ignored, unreadable] = [0, 0];
  for (const { id, timestamp, message } of batch.events) {
    const reading = readLine(message);
    if (reading.kind === 'ignored') ignored += 1;
    if (reading.kind === 'unreadable') unreadable += 1;
    if (reading.kind === 'record') lines.set(id, { id, loggedAtMs: timestamp, record: reading.record });
  }
  return { lines: [...lines.values()], ignored, unreadable };
}
