import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { organizationKey, placesKey } from '../organizations/recordKeys.ts';
import type { Table, Write } from '../table.ts';
import { dayMs } from '../time.ts';
import { keyRecordSchema } from './key.ts';
import type { KeyRecord } from './key.ts';

// Access patterns (table keys):
//   a key, by id                          pk KEY#<keyId>  sk KEY, one strongly consistent read
//   keys of an organization, newest first byOrganization: gsi1pk ORG#<organizationId>#KEYS, gsi1sk <createdAt>#<keyId>
//
//   places of a plan in use               pk PLACES#<organizationId>  sk PLACES
//
// `keyCount` moves in the transaction that changes a key's `countsTowardPlan`, so that racing issues cannot pass the
// limit. An expired key gives its place back when the limit is next met.

/** A place in an organization's list. */
export interface ListPlace {
  readonly keyId: string;
  readonly createdAt: string;
}

export interface KeyPage {
  readonly keys: readonly KeyRecord[];
  /** Null at the end of the list. */
  readonly next: ListPlace | null;
}

export interface KeyStore {
  get(keyId: string): Promise<KeyRecord | null>;
  page(organizationId: string, options: { after: ListPlace | null; size: number }): Promise<KeyPage>;
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
    page: (organizationId, options) => readPage(table, organizationId, options),
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
    pk: `KEY#${key.id}`,
    sk: 'KEY',
    gsi1pk: `ORG#${key.organizationId}#KEYS`,
    gsi1sk: listOrder(key),
    ...(endsAt === null ? {} : { purgeAt: Math.ceil((Date.parse(endsAt) + retentionDays * dayMs) / 1000) }),
    ...key,
  };
}

function listOrder({ createdAt, keyId, id }: { createdAt: string; keyId?: string; id?: string }): string {
  return `${createdAt}#${keyId ?? id}`;
}

async function readPage(
  table: Table,
  organizationId: string,
  { after, size }: { after: ListPlace | null; size: number },
): Promise<KeyPage> {
  const gsi1pk = `ORG#${organizationId}#KEYS`;
  const start = after && { pk: `KEY#${after.keyId}`, sk: 'KEY', gsi1pk, gsi1sk: listOrder(after) };
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'byOrganization',
      KeyConditionExpression: 'gsi1pk = :list',
      ExpressionAttributeValues: { ':list': gsi1pk },
      ScanIndexForward: false,
      Limit: size,
      ...(start ? { ExclusiveStartKey: start } : {}),
    }),
  );
  const keys = Items.map((item) => keyRecordSchema.strip().parse(item));
  const last = keys.at(-1);
  return { keys, next: LastEvaluatedKey && last ? { keyId: last.id, createdAt: last.createdAt } : null };
}

async function releaseExpired(table: Table, organizationId: string, nowMs: number): Promise<number> {
  let released = 0;
  let after: ListPlace | null = null;
  do {
    const page: KeyPage = await readPage(table, organizationId, { after, size: 500 });
    for (const key of page.keys) {
      if (key.countsTowardPlan && key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs) {
        released += (await releasePlace(table, key, nowMs)) ? 1 : 0;
      }
    }
    after = page.next;
  } while (after);
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
