import type { LambdaService } from '../lambda/service.ts';
import { pause } from '../pause.ts';
import type { QueueStore } from '../sqs/queueStore.ts';
import type { DynamoClient } from '../tables/dynamoClient.ts';
import { Bell } from './bell.ts';
import { openPositions } from './positions.ts';
import type { Positions } from './positions.ts';
import { ShardConsumer } from './shardConsumer.ts';
import { listShards, ShardReader } from './streamApi.ts';
import type { Shard } from './streamApi.ts';
import { tableOfStream } from './streamMapping.ts';
import type { StreamMapping } from './streamMapping.ts';

/** Lambda's event source mappings: what changes in tables, carried on to functions. */
export interface EventSources {
  add(mapping: StreamMapping): void;
  /** From now on records flow, from where each mapping stopped. */
  start(): void;
  /** How many records were read so far. */
  readCount(): number;
  /** Resolves when every mapping has done all that was in its stream at the call. */
  idle(): Promise<void>;
  /** Reads no more, and keeps where it is. What a function is still busy with is given to it again after the next start. */
  stop(): void;
}

export interface EventSourceOptions {
  readonly dataDir: string | undefined;
  readonly region: string;
  /** The Streams API of the store that the tables are in. */
  readonly streams: DynamoClient;
  /** Calls its listener with a table's name when its stream has grown. @default - the stream is asked several times a second */
  readonly onGrowth: ((listener: (tableName: string) => void) => () => void) | undefined;
  readonly lambda: Pick<LambdaService, 'invoke'>;
  readonly queues: Pick<QueueStore, 'send'>;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
}

/** A read of the stream is a call to the store: often where nothing else tells of growth, else only as a reserve. */
const pollMs = { asked: 200, told: 2_000 };
const pauseBeforeRetryMs = 1_000;

export function createEventSources(options: EventSourceOptions): EventSources {
  const positions = openPositions(options.dataDir);
  const mappings: RunningMapping[] = [];
  const stopping = new AbortController();
  let reads = 0;
  const onRead = (count: number): void => void (reads += count);
  const listenEnd = options.onGrowth?.((tableName) => {
    for (const mapping of mappings) if (mapping.tableName === tableName) mapping.wake();
  });
  return {
    add: (mapping) => void mappings.push(new RunningMapping({ ...options, mapping, positions, onRead, signal: stopping.signal })),
    start: () => mappings.forEach((mapping) => void mapping.run()),
    readCount: () => reads,
    idle: async () => void (await Promise.all(mappings.map((mapping) => mapping.caughtUp()))),
    stop() {
      listenEnd?.();
      stopping.abort();
      for (const mapping of mappings) mapping.wake();
      positions.flush();
    },
  };
}

interface MappingOptions extends EventSourceOptions {
  readonly mapping: StreamMapping;
  readonly positions: Positions;
  readonly onRead: (count: number) => void;
  readonly signal: AbortSignal;
}

/** One mapping with a consumer for each open shard: a shard is read when those that it came from are done. */
class RunningMapping {
  readonly tableName: string;
  readonly #options: MappingOptions;
  readonly #consumers = new Map<string, { consumer: ShardConsumer; bell: Bell }>();
  /** Resolved while every open shard has its consumer. */
  #begun: PromiseWithResolvers<void> = Promise.withResolvers();
  #endedShards = 0;

  constructor(options: MappingOptions) {
    this.#options = options;
    this.tableName = tableOfStream(options.mapping.streamArn);
  }

  wake(): void {
    for (const { bell } of this.#consumers.values()) bell.ring();
  }

  async caughtUp(): Promise<void> {
    for (let before = -1; before !== this.#endedShards && !this.#options.signal.aborted; ) {
      before = this.#endedShards;
      await this.#begun.promise;
      await Promise.all([...this.#consumers.values()].map(({ consumer }) => consumer.caughtUp()));
    }
  }

  /** Begins what there is to begin; called again whenever a shard has come to its end. */
  async run(): Promise<void> {
    const { streams, mapping, positions, signal, log } = this.#options;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const shards = await listShards(streams, mapping.streamArn);
        const isEnded = (shardId: string): boolean => positions.read(mapping, shardId).isEnded === true;
        const isOpen = ({ shardId, parentShardId }: Shard): boolean =>
          !isEnded(shardId) && (parentShardId === undefined || isEnded(parentShardId) || !shards.some((other) => other.shardId === parentShardId));
        for (const shard of shards.filter(isOpen)) this.#consume(shard.shardId);
        this.#begun.resolve();
        if (this.#consumers.size > 0) break;
      } catch (error) {
        if (failures === 0 && !signal.aborted) log(`The stream ${mapping.streamArn} cannot be listed: ${error instanceof Error ? error.message : String(error)}`);
      }
      await pause(pauseBeforeRetryMs, signal);
    }
    this.#begun.resolve();
  }

  #consume(shardId: string): void {
    if (this.#consumers.has(shardId) || this.#options.signal.aborted) return;
    const { streams, region, mapping, onGrowth } = this.#options;
    const bell = new Bell();
    const reader = new ShardReader({ streams, region, shardId, streamArn: mapping.streamArn });
    const consumer = new ShardConsumer({ ...this.#options, shardId, reader, bell, pollMs: onGrowth ? pollMs.told : pollMs.asked });
    this.#consumers.set(shardId, { consumer, bell });
    void this.#carry(consumer, shardId);
  }

  async #carry(consumer: ShardConsumer, shardId: string): Promise<void> {
    await consumer.run();
    this.#consumers.delete(shardId);
    this.#endedShards += 1;
    this.#begun = Promise.withResolvers();
    consumer.release();
    await this.run();
  }
}
