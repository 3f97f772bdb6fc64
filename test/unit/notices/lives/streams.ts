import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { handler as mailKeyEvents } from '../../../../functions/jobs/mailKeyEvents.ts';
import { handler as recordPurges } from '../../../../functions/jobs/recordPurges.ts';
import type { StreamRecord } from '../../../../local/dynamodb/streamLog.ts';
import { runIn } from './processes.ts';
import type { Process } from './processes.ts';
import { stage } from './stage.ts';

const batchSize = 100;
const mailed = ['key.created', 'key.rotated', 'key.revoked', 'key.deactivated'];

interface Consumer {
  readonly wants: (record: StreamRecord) => boolean;
  readonly handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  /** Sequence number of the last record that need not come again. */
  after: string;
}

/** The consumers of the table's stream, as Lambda calls them: batch by batch, what failed first and all behind it again. */
export class Streams {
  readonly #consumers: readonly Consumer[] = [
    { wants: ({ eventName, dynamodb: { Keys, NewImage } }) => eventName === 'INSERT' && Keys['pk']?.S?.startsWith('EVENTS#') === true && mailed.includes(NewImage?.['type']?.S ?? ''), handler: mailKeyEvents, after: '0' },
    { wants: ({ eventName, dynamodb: { Keys } }) => eventName === 'REMOVE' && Keys['pk']?.S?.startsWith('KEY#') === true && Keys['sk']?.S === 'KEY', handler: recordPurges, after: '0' },
  ];

  /** Position up to which all that was done is told, or waits to be. */
  get toldUntil(): number {
    return Number(this.#consumers[0]?.after ?? 0);
  }

  /** Hands over what is there, to the first failure. */
  async deliver(process: Process): Promise<void> {
    for (const consumer of this.#consumers) {
      while (!(await this.#deliverBatch(consumer, process))) if (process.isStruck) return;
    }
  }

  /** True when nothing is left. */
  async #deliverBatch(consumer: Consumer, process: Process): Promise<boolean> {
    const read = stage.database.streams.read('keys', consumer.after, 100_000);
    const batch = read.filter(consumer.wants).slice(0, batchSize);
    const last = (batch.length < batchSize ? read : batch).at(-1);
    if (batch.length > 0 && !(await handOver(consumer, batch, process))) return false;
    if (last) consumer.after = last.dynamodb.SequenceNumber;
    return batch.length < batchSize;
  }
}

/** False where some of a batch have to come again: Lambda goes on from the first that is said to have failed, else from the start. */
async function handOver(consumer: Consumer, batch: readonly StreamRecord[], process: Process): Promise<boolean> {
  try {
    const { batchItemFailures } = await runIn(process, () => consumer.handler({ Records: batch } as unknown as DynamoDBStreamEvent));
    if (process.isDead) return false;
    const failed = batch.findIndex(({ dynamodb }) => batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === dynamodb.SequenceNumber));
    if (failed > 0) consumer.after = batch[failed - 1]?.dynamodb.SequenceNumber ?? consumer.after;
    return failed < 0;
  } catch (error) {
    if (!process.isStruck) throw error;
    return false;
  }
}
