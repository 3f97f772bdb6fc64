import * as z from 'zod';
import { DynamoError } from '../tables/dynamoClient.ts';
import type { DynamoClient } from '../tables/dynamoClient.ts';
import type { Position } from './positions.ts';
import type { EventRecord, StreamMapping } from './streamMapping.ts';

export interface Shard {
  readonly shardId: string;
  readonly parentShardId: string | undefined;
}

const description = z.object({
  StreamDescription: z.object({
    Shards: z.array(z.object({ ShardId: z.string(), ParentShardId: z.string().optional() })).default([]),
    LastEvaluatedShardId: z.string().nullish(),
  }),
});
const wireRecord = z.object({
  eventID: z.string(),
  eventName: z.string(),
  eventVersion: z.string(),
  dynamodb: z.looseObject({ ApproximateCreationDateTime: z.number(), SequenceNumber: z.string() }),
  userIdentity: z.object({ Type: z.string(), PrincipalId: z.string() }).nullish(),
});
const page = z.object({ Records: z.array(wireRecord).default([]), NextShardIterator: z.string().nullish() });

/** Every shard that the stream still has. */
export async function listShards(streams: DynamoClient, streamArn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let after: string | null | undefined;
  do {
    const answer = await streams.call('DescribeStream', { StreamArn: streamArn, ...(after && { ExclusiveStartShardId: after }) });
    const { Shards, LastEvaluatedShardId } = description.parse(answer).StreamDescription;
    shards.push(...Shards.map(({ ShardId, ParentShardId }) => ({ shardId: ShardId, parentShardId: ParentShardId })));
    after = LastEvaluatedShardId;
  } while (after);
  return shards;
}

/** Reads one shard on from a position. */
export class ShardReader {
  readonly #options: { readonly streams: DynamoClient; readonly streamArn: string; readonly region: string; readonly shardId: string };
  #iterator: string | undefined;
  #isClosed = false;

  constructor(options: { streams: DynamoClient; streamArn: string; region: string; shardId: string }) {
    this.#options = options;
  }

  /** Whether the shard is closed and was read to its end. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The records that follow, none where there are none yet. `position` counts at the first read and after an iterator's end. */
  async read(position: Position, start: StreamMapping['startingPosition']): Promise<EventRecord[]> {
    const { streams } = this.#options;
    try {
      this.#iterator ??= await this.#open(position, start);
      this.#isClosed = this.#iterator === undefined;
      if (this.#iterator === undefined) return [];
      const { Records, NextShardIterator } = page.parse(await streams.call('GetRecords', { ShardIterator: this.#iterator }));
      this.#iterator = NextShardIterator ?? undefined;
      this.#isClosed = this.#iterator === undefined;
      return Records.map((record) => this.#asEvent(record));
    } catch (error) {
      const wasOpen = this.#iterator !== undefined;
      // With the next read, from the position.
      this.#iterator = undefined;
      if (wasOpen && error instanceof DynamoError && error.name === 'ExpiredIteratorException') return this.read(position, start);
      throw error;
    }
  }

  async #open({ after, at }: Position, start: StreamMapping['startingPosition']): Promise<string | undefined> {
    if (after === undefined && at === undefined) return this.#iteratorOf({ ShardIteratorType: start });
    try {
      return await this.#iteratorOf(after === undefined ? { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: at } : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after });
    } catch (error) {
      // The stream has forgotten the record; what it still has comes after it.
      if (error instanceof DynamoError && error.name === 'TrimmedDataAccessException') return this.#iteratorOf({ ShardIteratorType: 'TRIM_HORIZON' });
      throw error;
    }
  }

  async #iteratorOf(where: object): Promise<string | undefined> {
    const { streams, streamArn, shardId } = this.#options;
    const { ShardIterator } = await streams.call('GetShardIterator', { StreamArn: streamArn, ShardId: shardId, ...where });
    return z.string().optional().parse(ShardIterator ?? undefined);
  }

  #asEvent({ eventID, eventName, eventVersion, dynamodb, userIdentity }: z.infer<typeof wireRecord>): EventRecord {
    const { region, streamArn } = this.#options;
    return {
      eventID,
      eventName,
      eventVersion,
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb,
      eventSourceARN: streamArn,
      ...(userIdentity && { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
    };
  }
}
