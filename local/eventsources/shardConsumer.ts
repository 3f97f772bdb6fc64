import { Batch } from './batch.ts';
import type { Bell } from './bell.ts';
import { deliver } from './deliver.ts';
import type { DeliveryOptions } from './deliver.ts';
import type { Positions } from './positions.ts';
import type { ShardReader } from './streamApi.ts';
import type { EventRecord } from './streamMapping.ts';

export interface ShardConsumerOptions extends DeliveryOptions {
  readonly reader: ShardReader;
  readonly positions: Positions;
  /** Rings when there may be something to read. */
  readonly bell: Bell;
  /** How long to wait where it does not. */
  readonly pollMs: number;
  /** Called with how many records came. */
  readonly onRead: (count: number) => void;
}

const pauseAfterErrorMs = 1_000;

/** Carries the records of one shard to the function, one batch after the other. */
export class ShardConsumer {
  readonly #options: ShardConsumerOptions;
  readonly #unread: EventRecord[] = [];
  readonly #waiters: (() => void)[] = [];

  constructor(options: ShardConsumerOptions) {
    this.#options = options;
  }

  /** Ends when the shard is closed and done with, or the signal is aborted. */
  async run(): Promise<void> {
    const { signal, mapping, shardId, positions } = this.#options;
    while (!signal.aborted) {
      const batch = await this.#gather();
      if (signal.aborted) break;
      const isDelivered = batch.records.length === 0 || (await deliver(this.#options, batch.records));
      if (!isDelivered) break;
      if (batch.through !== undefined) positions.save(mapping, shardId, { after: batch.through }, batch.records.length === 0 ? 'canWait' : undefined);
      if (this.#options.reader.isClosed && this.#unread.length === 0) {
        positions.save(mapping, shardId, { ...positions.read(mapping, shardId), isEnded: true });
        break;
      }
    }
  }

  /** Lets everyone go who waits: for after the end. */
  release(): void {
    for (const tell of this.#waiters.splice(0)) tell();
  }

  /** Resolves when nothing that was in the shard at the call is still to be done. A batching window is cut short for it. */
  caughtUp(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push(resolve);
    this.#options.bell.ring();
    return promise;
  }

  /** Gathers until the batch is full, its window is over, or, with nothing but held back records, the shard is read. */
  async #gather(): Promise<Batch> {
    const { mapping, signal, bell, pollMs, reader } = this.#options;
    const batch = new Batch(mapping);
    while (!signal.aborted) {
      while (this.#unread[0] && batch.take(this.#unread[0], performance.now())) this.#unread.shift();
      if (this.#unread.length > 0 || batch.isFull || reader.isClosed) return batch;
      if (batch.dueMs <= performance.now()) return batch;
      const waiting = this.#waiters.length;
      const hasMore = await this.#read();
      if (hasMore) continue;
      if (batch.records.length > 0 && waiting > 0) return batch;
      if (batch.records.length === 0) for (const tell of this.#waiters.splice(0, waiting)) tell();
      if (batch.records.length === 0 && batch.through !== undefined) return batch;
      if (!reader.isClosed) await bell.wait(Math.max(0, Math.min(pollMs, batch.dueMs - performance.now())));
    }
    return batch;
  }

  /** Whether a read brought anything. What keeps it from reading is said, and tried again until it works. */
  async #read(): Promise<boolean> {
    const { reader, positions, mapping, shardId, signal, bell, log, onRead } = this.#options;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const position = positions.read(mapping, shardId);
        const records = await reader.read(position, mapping.startingPosition);
        const [first] = records;
        // From the newest on, once: a restart before the first batch is done has to begin at the same record.
        if (first && position.after === undefined && position.at === undefined) positions.save(mapping, shardId, { at: first.dynamodb.SequenceNumber });
        this.#unread.push(...records);
        onRead(records.length);
        return records.length > 0;
      } catch (error) {
        if (signal.aborted) break;
        if (failures === 0) log(`The stream ${mapping.streamArn} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
        await bell.wait(pauseAfterErrorMs);
      }
    }
    return false;
  }
}
