import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { readIndexPage } from '../indexPage.ts';
import type { IndexPlace, ListPlace } from '../indexPage.ts';
import { organizationKey, placesKey } from '../organizations/recordKeys.ts';
import type { Table, Write } from '../table.ts';
import { dayMs } from '../time.ts';
import { keyRecordSchema } from './key.ts';
import type { KeyRecord } from './key.ts';
import { isExpired } from './status.ts';

// Access patterns (table keys):
//   a key, by id                          pk KEY#<keyId>  sk KEY, one strongly consistent read
//   keys of an organization, newest first byOrganization: gsi1pk ORG#<organizationId>#KEYS, gsi1sk <createdAt>#<keyId>
//
//   places of a plan in use               pk PLACES#<organizationId>  sk PLACES
//
// `keyCount` moves in the transaction that changes a key's `countsTowardPlan`, so that racing issues cannot pass the
// limit. An expired key gives its place back when the limit is next met.

export interface KeyStore {
  get(keyId: string): Promise<KeyRecord | null>;
  /** Keys of an organization, newest first. */
  page(organizationId: string, after: ListPlace | null, size: number): Promise<{ rows: readonly KeyRecord[]; hasMore: boolean }>;
  /** Adds a key and takes a place: refused as `key` (the id exists), `organization` (not approved) or `places` (none left). */
  create(key: KeyRecord, maxKeys: number | null): Write[];
  /** Adds a key that inherits its predecessor's place. */
  createSuccessor(key: KeyRecord): Write;
  /** Writes a key over the version that was read: refused as `key`, or as `create` where it needs a place again. */
  replace(before: KeyRecord, after: KeyRecord, maxKeys: number | null): Write[];
  /** Gives back the places of keys that have expired; answers how many. */
  releaseExpired(organizationId: string, nowMs: number): Promise<number>;
}

export function keyStore(table: Table, retentionDays: number): KeyStore {
  const put = (key: KeyRecord, condition: Condition): Write => ({
    name: 'key',
    action: { Put: { TableName: table.name, Item: toItem(key, retentionDays), ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
  });
  return {
    async get(keyId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: { pk: `KEY#${keyId}`, sk: 'KEY' }, ConsistentRead: true }),
      );
      return Item ? keyRecordSchema.strip().parse(Item) : null;
    },
    page: (organizationId, after, size) => readPage(table, organizationId, after, size),
    create: (key, maxKeys) => [put(key, notThereYet), ...takePlace(table, key.organizationId, maxKeys)],
    createSuccessor: (key) => ({ ...put(key, notThereYet), name: 'successor' }),
    replace: (before, after, maxKeys) => [
      put(after, stillAsRead(before)),
      ...(before.countsTowardPlan && !after.countsTowardPlan && after.replacedBy === before.replacedBy
        ? [givePlaceBack(table, after.organizationId)]
        : []),
      ...(!before.countsTowardPlan && after.countsTowardPlan ? takePlace(table, after.organizationId, maxKeys) : []),
    ],
    releaseExpired: (organizationId, nowMs) => releaseExpired(table, organizationId, nowMs),
  };
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

const notThereYet: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

/** The version guards what callers see; the place is moved without one, by `releaseExpired`. */
function stillAsRead(before: KeyRecord): Condition {
  return {
    ConditionExpression: '#version = :version AND #countsTowardPlan = :countsTowardPlan',
    ExpressionAttributeNames: { '#version': 'version', '#countsTowardPlan': 'countsTowardPlan' },
    ExpressionAttributeValues: { ':version': before.version, ':countsTowardPlan': before.countsTowardPlan },
  };
}

function takePlace(table: Table, organizationId: string, maxKeys: number | null): Write[] {
  const isApproved = '#status = :approved';
  const hasPlace = '#keyCount < :maxKeys';
  return [
    {
      name: 'organization',
      action: {
        ConditionCheck: {
          TableName: table.name,
          Key: organizationKey(organizationId),
          ConditionExpression: isApproved,
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':approved': 'approved' },
        },
      },
    },
    countPlaces(table, organizationId, 1, maxKeys === null ? {} : { ConditionExpression: hasPlace, limit: { ':maxKeys': maxKeys } }),
  ];
}

function givePlaceBack(table: Table, organizationId: string): Write {
  return countPlaces(table, organizationId, -1, {});
}

function countPlaces(
  table: Table,
  organizationId: string,
  by: 1 | -1,
  { limit, ...condition }: { ConditionExpression?: string; limit?: Record<string, number> },
): Write {
  return {
    name: 'places',
    action: {
      Update: {
        TableName: table.name,
        Key: placesKey(organizationId),
        UpdateExpression: 'ADD #keyCount :by',
        ...condition,
        ExpressionAttributeNames: { '#keyCount': 'keyCount' },
        ExpressionAttributeValues: { ':by': by, ...limit },
      },
    },
  };
}

function toItem(key: KeyRecord, retentionDays: number): Record<string, unknown> {
  const endsAt = key.revokedAt ?? key.expiresAt;
  return {
    ...placeOf(key),
    gsi1pk: listOf(key.organizationId),
    ...(endsAt === null ? {} : { purgeAt: Math.ceil((Date.parse(endsAt) + retentionDays * dayMs) / 1000) }),
    ...key,
  };
}

function listOf(organizationId: string): string {
  return `ORG#${organizationId}#KEYS`;
}

function placeOf({ id, createdAt }: ListPlace): IndexPlace {
  return { pk: `KEY#${id}`, sk: 'KEY', gsi1sk: `${createdAt}#${id}` };
}

async function readPage(table: Table, organizationId: string, after: ListPlace | null, size: number) {
  const list = listOf(organizationId);
  const page = await readIndexPage(table, { list, after: after && placeOf(after), size, newestFirst: true });
  return { ...page, rows: page.rows.map((row) => keyRecordSchema.strip().parse(row)) };
}

async function releaseExpired(table: Table, organizationId: string, nowMs: number): Promise<number> {
  let released = 0;
  let after: ListPlace | null = null;
  for (let hasMore = true; hasMore; ) {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(table, organizationId, after, 500);
    for (const key of page.rows) {
      if (key.countsTowardPlan && isExpired(key.expiresAt, nowMs)) released += (await releasePlace(table, key, nowMs)) ? 1 : 0;
    }
    after = page.rows.at(-1) ?? null;
    hasMore = page.hasMore;
  }
  return released;
}

/** False when the key was renewed, or its place given back, in the meantime. Mere contention is true: try again. */
async function releasePlace(table: Table, key: KeyRecord, nowMs: number): Promise<boolean> {
  const stillHoldsItsPlace = '#countsTowardPlan = :true AND #expiresAt <= :now';
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: table.name,
              Key: { pk: `KEY#${key.id}`, sk: 'KEY' },
              UpdateExpression: 'SET #countsTowardPlan = :false',
              ConditionExpression: stillHoldsItsPlace,
              ExpressionAttributeNames: { '#countsTowardPlan': 'countsTowardPlan', '#expiresAt': 'expiresAt' },
              ExpressionAttributeValues: { ':true': true, ':false': false, ':now': new Date(nowMs).toISOString() },
            },
          },
          givePlaceBack(table, key.organizationId).action,
        ],
      }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    return !error.CancellationReasons?.some(({ Code }) => Code === 'ConditionalCheckFailed');
  }
}
