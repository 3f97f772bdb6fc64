import type { Interval } from '../notices/intervals.ts';
import { queryAll } from '../queryAll.ts';
import type { Table, Write } from '../table.ts';
import { dayMs, toIso } from '../time.ts';
import { indexOf, partitionOf, retiringPartition, shardCount, unusedPartition } from './duePlaces.ts';
import type { DueDate } from './duePlaces.ts';
import type { KeyRecord } from './key.ts';
import { givePlaceBack } from './places.ts';

// Access patterns (table keys), both indexes sparse and of keys alone:
//   keys that expire in a time        byExpiry:   gsi2pk EXPIRY#<date>#<shard>    gsi2sk <expiresAt>#<keyId>
//   keys to be rotated in a time      byRotation: gsi3pk ROTATION#<date>#<shard>  gsi3sk <rotateBy>#<keyId>
//   rotated keys, to be revoked       byRotation: gsi3pk RETIRING#<shard>         gsi3sk <expiresAt or "never">#<keyId>
//   new keys, to see their use        byRotation: gsi3pk UNUSED#<date>#<shard>    gsi3sk <when>#<keyId>, of items KEY#<keyId> / UNUSED

export interface DueStore {
  /** Ids of the keys whose date lies in an interval, and how many items were read for it. Eventually consistent. */
  find(date: DueDate, interval: Interval): Promise<readonly string[]>;
  /** Ids of new keys that it is time to see the use of. */
  findUnusedReminders(interval: Interval): Promise<readonly string[]>;
  /** Ids of the keys that are to be revoked once nobody uses them, and have not expired. */
  findRetiring(nowMs: number): Promise<readonly string[]>;
  /** Refused as `key` where the key has been revoked, removed or given another date (for its rotation: or rotated) since it was read. */
  stillDue(key: KeyRecord, date: DueDate): Write;
  /** What expiry changes in the record: the plan's place is free. Refused as `stillDue`. */
  expire(key: KeyRecord): Write[];
}

export function dueStore(table: Table): DueStore {
  return {
    find: (date, interval) =>
      readDays(interval, (day, shard) => ({ index: indexOf(date), partition: partitionOf(date, day, shard), ...boundsOf(interval) }), table),
    findUnusedReminders: (interval) =>
      readDays(interval, (day, shard) => ({ index: indexOf('rotateBy'), partition: unusedPartition(day, shard), ...boundsOf(interval) }), table),
    findRetiring: (nowMs) =>
      readShards((shard) => ({ index: indexOf('rotateBy'), partition: retiringPartition(shard), first: toIso(nowMs), last: '~' }), table),
    stillDue: (key, date) => ({ name: 'key', action: { ConditionCheck: { TableName: table.name, ...stillDated(key, date) } } }),
    expire(key) {
      const { Key, ...condition } = stillDated(key, 'expiresAt');
      if (!key.countsTowardPlan) return [{ name: 'key', action: { ConditionCheck: { TableName: table.name, Key, ...condition } } }];
      return [
        {
          name: 'key',
          action: {
            Update: {
              TableName: table.name,
              Key,
              UpdateExpression: 'SET #countsTowardPlan = :false',
              ConditionExpression: `${condition.ConditionExpression} AND #countsTowardPlan = :true`,
              ExpressionAttributeNames: { ...condition.ExpressionAttributeNames, '#countsTowardPlan': 'countsTowardPlan' },
              ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ':true': true, ':false': false },
            },
          },
        },
        givePlaceBack(table, key.organizationId),
      ];
    },
  };
}

function stillDated(key: KeyRecord, date: DueDate) {
  const stillHasItsDate = '#date = :at AND attribute_type(#revokedAt, :null)';
  const notYetRotated = 'attribute_type(#replacedBy, :null)';
  const isRotation = date === 'rotateBy';
  return {
    Key: { pk: `KEY#${key.id}`, sk: 'KEY' },
    ConditionExpression: isRotation ? `${stillHasItsDate} AND ${notYetRotated}` : stillHasItsDate,
    ExpressionAttributeNames: { '#date': date, '#revokedAt': 'revokedAt', ...(isRotation && { '#replacedBy': 'replacedBy' }) },
    ExpressionAttributeValues: { ':at': key[date], ':null': 'NULL' } as Record<string, unknown>,
  };
}

/** The days, in UTC, that an interval touches: `2026-11-22T…`. */
function daysOf({ afterMs, untilMs }: Interval): string[] {
  const first = Math.floor((afterMs + 1) / dayMs);
  const last = Math.floor(untilMs / dayMs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => toIso((first + index) * dayMs));
}

interface Part {
  readonly index: ReturnType<typeof indexOf>;
  readonly partition: string;
  readonly first: string;
  readonly last: string;
}

/** "~" sorts behind every id: the last millisecond counts in full. */
function boundsOf({ afterMs, untilMs }: Interval): { first: string; last: string } {
  return { first: toIso(afterMs + 1), last: `${toIso(untilMs)}#~` };
}

async function readDays(interval: Interval, partOf: (day: string, shard: number) => Part, table: Table): Promise<string[]> {
  const found: string[] = [];
  for (const day of daysOf(interval)) found.push(...(await readShards((shard) => partOf(day, shard), table)));
  return found;
}

async function readShards(partOf: (shard: number) => Part, table: Table): Promise<string[]> {
  const shards = Array.from({ length: shardCount }, (_, shard) => readPart(table, partOf(shard)));
  return (await Promise.all(shards)).flat();
}

async function readPart(table: Table, { index: { index, pk, sk }, partition, first, last }: Part): Promise<string[]> {
  const items = await queryAll(table, {
    IndexName: index,
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :first AND :last',
    ExpressionAttributeNames: { '#pk': pk, '#sk': sk },
    ExpressionAttributeValues: { ':pk': partition, ':first': first, ':last': last },
  });
  return items.map((item) => String(item['pk']).slice('KEY#'.length));
}
