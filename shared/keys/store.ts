import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { readIndexPage } from '../indexPage.ts';
import type { IndexPlace, ListPlace } from '../indexPage.ts';
import type { Table, Write } from '../table.ts';
import { dayMs } from '../time.ts';
import { dueAttributes, duePlaces, unusedReminder } from './duePlaces.ts';
import { keyRecordSchema } from './key.ts';
import type { KeyRecord } from './key.ts';
import { givePlaceBack, releasePlaces, takePlace } from './places.ts';

// Access patterns (table keys):
//   a key, by id                          pk KEY#<keyId>  sk KEY, one strongly consistent read
//   keys of an organization, newest first byOrganization: gsi1pk ORG#<organizationId>#KEYS, gsi1sk <createdAt>#<keyId>
//   places of a plan in use               places.ts
//   keys by the dates that come           dueStore.ts

/** A page of an organization's keys, newest first. */
export interface KeyPage {
  readonly rows: readonly KeyRecord[];
  readonly hasMore: boolean;
}

export interface KeyStore {
  get(keyId: string): Promise<KeyRecord | null>;
  page(organizationId: string, after: ListPlace | null, size: number): Promise<KeyPage>;
  /** Adds a key and takes a place: refused as `key` (the id exists), `organization` (not approved) or `places` (none left). */
  create(key: KeyRecord, maxKeys: number | null): Write[];
  /** Adds a key that inherits its predecessor's place. */
  createSuccessor(key: KeyRecord): Write[];
  /** Writes a key over the version that was read: refused as `key`, or as `create` where it needs a place again. */
  replace(before: KeyRecord, after: KeyRecord, maxKeys: number | null): Write[];
  /** Writes a revocation over whatever version is there: refused as `key` where it is revoked or gone, or its place has moved. */
  revoke(before: KeyRecord, revoked: KeyRecord): Write[];
  /** Gives back the places of keys that have expired or are gone; answers how many. */
  releasePlaces(organizationId: string, nowMs: number): Promise<number>;
}

export function keyStore(table: Table, retentionDays: number, unusedDays = 90): KeyStore {
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
    create: (key, maxKeys) => [put(key, notThereYet), remind(table, key, unusedDays), ...takePlace(table, key, maxKeys)],
    createSuccessor: (key) => [{ ...put(key, notThereYet), name: 'successor' }, remind(table, key, unusedDays)],
    replace: (before, after, maxKeys) => [
      put(after, stillAsRead(before)),
      ...(before.countsTowardPlan && !after.countsTowardPlan && after.replacedBy === before.replacedBy
        ? [givePlaceBack(table, after.organizationId)]
        : []),
      ...(!before.countsTowardPlan && after.countsTowardPlan ? takePlace(table, after, maxKeys) : []),
    ],
    revoke: (before, revoked) => [
      putRevocation(table, before, revoked, purgeAtOf(revoked, retentionDays)),
      ...(before.countsTowardPlan ? [givePlaceBack(table, before.organizationId)] : []),
    ],
    releasePlaces: (organizationId, nowMs) =>
      releasePlaces({ table, organizationId, nowMs, readPage: (after) => readPage(table, organizationId, after, 500) }),
  };
}

function remind(table: Table, key: KeyRecord, unusedDays: number): Write {
  return { name: 'reminder', action: { Put: { TableName: table.name, Item: unusedReminder(key, unusedDays) } } };
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

const notThereYet: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

/** The version guards what callers see; the place is moved without one, by `releasePlaces`. */
function stillAsRead(before: KeyRecord): Condition {
  return {
    ConditionExpression: '#version = :version AND #countsTowardPlan = :countsTowardPlan',
    ExpressionAttributeNames: { '#version': 'version', '#countsTowardPlan': 'countsTowardPlan' },
    ExpressionAttributeValues: { ':version': before.version, ':countsTowardPlan': before.countsTowardPlan },
  };
}

/** Not bound to a version: who keeps changing a key, with that very key even, must not keep it from being revoked. */
function putRevocation(table: Table, before: KeyRecord, revoked: KeyRecord, purgeAt: number | undefined): Write {
  const { id, countsTowardPlan, updatedAt, revokedAt, revokedBy, revocationReason, revocationComment } = revoked;
  const set = { countsTowardPlan, updatedAt, revokedAt, revokedBy, revocationReason, revocationComment, purgeAt };
  const notYetRevoked = 'attribute_type(#revokedAt, :null) AND #countsTowardPlan = :hadPlace';
  return {
    name: 'key',
    action: {
      Update: {
        TableName: table.name,
        Key: { pk: `KEY#${id}`, sk: 'KEY' },
        // A revoked key has no dates to come: it leaves their indexes.
        UpdateExpression: `SET ${Object.keys(set).map((name) => `#${name} = :${name}`).join(', ')} REMOVE ${dueAttributes.join(', ')} ADD #version :one`,
        ConditionExpression: notYetRevoked,
        ExpressionAttributeNames: Object.fromEntries([...Object.keys(set), 'version'].map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
          ':null': 'NULL',
          ':hadPlace': before.countsTowardPlan,
          ':one': 1,
        },
      },
    },
  };
}

/** When TTL may delete a key, in seconds since 1970; undefined for one that goes on. */
function purgeAtOf({ revokedAt, expiresAt }: KeyRecord, retentionDays: number): number | undefined {
  const endsAt = revokedAt ?? expiresAt;
  return endsAt === null ? undefined : Math.ceil((Date.parse(endsAt) + retentionDays * dayMs) / 1000);
}

function toItem(key: KeyRecord, retentionDays: number): Record<string, unknown> {
  const purgeAt = purgeAtOf(key, retentionDays);
  return {
    ...placeOf(key),
    gsi1pk: listOf(key.organizationId),
    ...duePlaces(key),
    ...(purgeAt === undefined ? {} : { purgeAt }),
    ...key,
  };
}

function listOf(organizationId: string): string {
  return `ORG#${organizationId}#KEYS`;
}

function placeOf({ id, createdAt }: ListPlace): IndexPlace {
  return { pk: `KEY#${id}`, sk: 'KEY', gsi1sk: `${createdAt}#${id}` };
}

async function readPage(table: Table, organizationId: string, after: ListPlace | null, size: number): Promise<KeyPage> {
  const list = listOf(organizationId);
  const page = await readIndexPage(table, { list, after: after && placeOf(after), size, newestFirst: true });
  return { ...page, rows: page.rows.map((row) => keyRecordSchema.strip().parse(row)) };
}
