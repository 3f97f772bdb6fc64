import { hash } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { eachOf } from '../eachOf.ts';
import { queryAll } from '../queryAll.ts';
import type { Table } from '../table.ts';
import { dayMs, timestamp, toIso } from '../time.ts';
import { unlessRefused } from '../unlessRefused.ts';
import { readItems } from './batchReadStore.ts';
import type { UsageRecord } from './record.ts';

// Access patterns (table usage):
//   last use of a key               pk LAST#<keyId>  sk LAST
//   keys by the day of last use     byLastUse: gsi1pk IDLE#<date>#<shard 0-7>  gsi1sk <keyId>
// An entry of the index is written anew only where its date changes: once a day for a key, however busy it is.

const idleShards = 8;
// Longer than a key lives. A key that never expires and was not used for as long is as if it never was.
const keptDays = 3_660;

const lastUseSchema = z.object({ lastUsedAt: timestamp, sourceIp: z.string().nullable(), route: z.string().nullable() });

/** The latest request that passed authentication. */
export interface LastUse {
  readonly at: string;
  readonly sourceIp: string | null;
  readonly route: string | null;
}

/** The last use of each of the keys that were used at all. Eventually consistent. */
export async function readLastUses(table: Table, keyIds: readonly string[]): Promise<Map<string, LastUse>> {
  const ids = [...new Set(keyIds)];
  const items = await readItems(table, ids.map(lastUseKey));
  return new Map(
    items.map((item) => {
      const { lastUsedAt, sourceIp, route } = lastUseSchema.parse(item);
      return [String(item['pk']).slice('LAST#'.length), { at: lastUsedAt, sourceIp, route }];
    }),
  );
}

/** Moves the last use of each key forward to the latest of the records. Repeating it changes nothing. */
export async function moveLastUses(table: Table, records: readonly UsageRecord[]): Promise<void> {
  const latest = new Map<string, UsageRecord>();
  for (const record of records) {
    if (record.isUse && !(record.atMs <= (latest.get(record.keyId)?.atMs ?? -1))) latest.set(record.keyId, record);
  }
  // A read costs a fifth of a refused write, and a batch that is handed over again moves nothing.
  const known = await readLastUses(table, [...latest.keys()]);
  const later = [...latest.values()].filter(({ keyId, atMs }) => (known.get(keyId)?.at ?? '') < toIso(atMs));
  await eachOf(later, 10, (record) => move(table, record));
}

/** `IDLE#2026-11-22#5`: where the index has the keys that were last used on a day. */
export function idlePartition(date: string, shard: number): string {
  return `IDLE#${date}#${shard}`;
}

/** Ids of the keys whose last use lay on one of the days (`2026-11-22`), in UTC. Eventually consistent. */
export async function readIdle(table: Table, days: readonly string[]): Promise<string[]> {
  const partitions = days.flatMap((day) => Array.from({ length: idleShards }, (_, shard) => idlePartition(day, shard)));
  const found: string[] = [];
  for (const partition of partitions) {
    const items = await queryAll(table, {
      IndexName: 'byLastUse',
      KeyConditionExpression: 'gsi1pk = :partition',
      ExpressionAttributeValues: { ':partition': partition },
    });
    found.push(...items.map((item) => String(item['pk']).slice('LAST#'.length)));
  }
  return found;
}

async function move(table: Table, { keyId, atMs, sourceIp, route }: UsageRecord): Promise<void> {
  const at = toIso(atMs);
  const onlyForward = 'attribute_not_exists(lastUsedAt) OR lastUsedAt < :at';
  // Refused where another batch was first, with a later use.
  await unlessRefused(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: lastUseKey(keyId),
        UpdateExpression: 'SET lastUsedAt = :at, sourceIp = :sourceIp, #route = :route, gsi1pk = :idle, gsi1sk = :keyId, purgeAt = :purgeAt',
        ConditionExpression: onlyForward,
        ExpressionAttributeNames: { '#route': 'route' },
        ExpressionAttributeValues: {
          ':at': at,
          ':sourceIp': sourceIp,
          ':route': route,
          ':idle': idlePartition(at.slice(0, 10), shardOf(keyId)),
          ':keyId': keyId,
          ':purgeAt': Math.ceil((atMs + keptDays * dayMs) / 1000),
        },
      }),
    ),
  );
}

function lastUseKey(keyId: string): { pk: string; sk: string } {
  return { pk: `LAST#${keyId}`, sk: 'LAST' };
}

function shardOf(keyId: string): number {
  return Number.parseInt(hash('sha256', keyId, 'hex').slice(0, 2), 16) % idleShards;
}
