import { gunzipSync } from 'node:zlib';
import * as z from 'zod';

/** Lines of one log stream, as a subscription hands them over: at least once. */
export interface LogBatch {
  readonly logGroup: string;
  readonly logStream: string;
  readonly events: readonly LogEvent[];
}

export interface LogEvent {
  /** Names the line in its stream, the same at each delivery. */
  readonly id: string;
  /** Epoch milliseconds, the same at each delivery. */
  readonly timestamp: number;
  readonly message: string;
}

/** Bytes that a payload may unpack to: far beyond what the service sends, far below what fills a function's memory. */
export const maxBatchBytes = 16 * 1024 * 1024;

const name = z.string().min(1).max(512);

const batchSchema = z.discriminatedUnion('messageType', [
  z.object({ messageType: z.literal('CONTROL_MESSAGE') }),
  z.object({
    messageType: z.literal('DATA_MESSAGE'),
    logGroup: name,
    logStream: name,
    logEvents: z.array(z.object({ id: z.string().min(1).max(128), timestamp: z.int().min(0).max(8.64e15), message: z.string() })),
  }),
]);

/**
 * Unpacks `event.awslogs.data`: base64 of gzip of JSON. Null for a control message, by which CloudWatch Logs tries
 * whether the function can be reached. Throws on anything else: nobody sends that by chance.
 */
export function unpackBatch(data: string): LogBatch | null {
  const json = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: maxBatchBytes }).toString('utf8');
  const batch = batchSchema.parse(JSON.parse(json));
  if (batch.messageType === 'CONTROL_MESSAGE') return null;
  const { logGroup, logStream, logEvents: events } = batch;
  return { logGroup, logStream, events };
}
