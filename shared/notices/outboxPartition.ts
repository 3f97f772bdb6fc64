import { shardOf } from '../shard.ts';

const shards = 4;

/** Where an organization's mails stand, and what is counted of them. */
export function outboxPartition(organizationId: string): string {
  return `OUTBOX#${shardOf(organizationId, shards)}`;
}

export const outboxPartitions = Array.from({ length: shards }, (_, shard) => `OUTBOX#${shard}`);
