import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { organizationKey, placesKey } from '../organizations/recordKeys.ts';
import type { Table, Write } from '../table.ts';
import type { KeyRecord } from './key.ts';
import { isExpired } from './status.ts';
import type { ListPlace } from '../indexPage.ts';
import type { KeyPage } from './store.ts';

// Access patterns (table keys):
//   places of a plan in use   pk PLACES#<organizationId>  sk PLACES
//
// `keyCount` moves in the transaction that changes a key's `countsTowardPlan`, so that racing issues cannot pass the
// limit. The hourly sweep moves it for keys that have expired; what it has not come to yet, or what TTL has deleted
// before, is found when the limit is next met.

/** Takes a place for a key: refused as `organization` (not approved) or `places` (none left). */
export function takePlace(table: Table, key: KeyRecord, maxKeys: number | null): Write[] {
  const isApproved = '#status = :approved';
  const hasPlace = '#keyCount < :maxKeys';
  return [
    {
      name: 'organization',
      action: {
        ConditionCheck: {
          TableName: table.name,
          Key: organizationKey(key.organizationId),
          ConditionExpression: isApproved,
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':approved': 'approved' },
        },
      },
    },
    {
      name: 'places',
      action: {
        Update: {
          TableName: table.name,
          Key: placesKey(key.organizationId),
          UpdateExpression: 'SET #takenAt = :takenAt ADD #keyCount :one',
          ...(maxKeys === null ? {} : { ConditionExpression: hasPlace }),
          ExpressionAttributeNames: { '#keyCount': 'keyCount', '#takenAt': 'takenAt' },
          ExpressionAttributeValues: { ':one': 1, ':takenAt': key.updatedAt, ...(maxKeys === null ? {} : { ':maxKeys': maxKeys }) },
        },
      },
    },
  ];
}

export function givePlaceBack(table: Table, organizationId: string): Write {
  return {
    name: 'places',
    action: {
      Update: {
        TableName: table.name,
        Key: placesKey(organizationId),
        UpdateExpression: 'ADD #keyCount :minusOne',
        ExpressionAttributeNames: { '#keyCount': 'keyCount' },
        ExpressionAttributeValues: { ':minusOne': -1 },
      },
    },
  };
}

interface Release {
  readonly table: Table;
  readonly organizationId: string;
  readonly nowMs: number;
  readonly readPage: (after: ListPlace | null) => Promise<KeyPage>;
}

/** Gives back the places of keys that have expired and, where there are none, of keys that TTL has deleted; answers how many. */
export async function releasePlaces({ table, organizationId, nowMs, readPage }: Release): Promise<number> {
  const counted = await readCount(table, organizationId);
  let released = 0;
  let held = 0;
  let after: ListPlace | null = null;
  for (let hasMore = true; hasMore; ) {
    const page: KeyPage = await readPage(after);
    for (const key of page.rows.filter(({ countsTowardPlan }) => countsTowardPlan)) {
      const isOver = isExpired(key.expiresAt, nowMs);
      if (isOver && (await releasePlace(table, key, nowMs))) released += 1;
      else held += 1;
    }
    after = page.rows.at(-1) ?? null;
    hasMore = page.hasMore;
  }
  return released > 0 || !isSettled(counted, nowMs) ? released : correctCount(table, organizationId, counted, held);
}

interface Count {
  readonly keyCount: number;
  /** When a place was last taken, in ISO 8601. */
  readonly takenAt: string;
}

async function readCount(table: Table, organizationId: string): Promise<Count | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: placesKey(organizationId), ConsistentRead: true }),
  );
  return typeof Item?.['takenAt'] === 'string' ? { keyCount: Number(Item['keyCount']), takenAt: Item['takenAt'] } : null;
}

// The index follows the table within a second or so: until then it lacks the keys that took the last places.
const settleMs = 60_000;

function isSettled(counted: Count | null, nowMs: number): counted is Count {
  return counted !== null && nowMs - Date.parse(counted.takenAt) >= settleMs;
}

/** Sets the count to the places that are held, unless it has moved since it was read. */
async function correctCount(table: Table, organizationId: string, counted: Count, held: number): Promise<number> {
  if (held >= counted.keyCount) return 0;
  const hasNotMoved = '#keyCount = :keyCount AND #takenAt = :takenAt';
  const correction = {
    TableName: table.name,
    Key: placesKey(organizationId),
    UpdateExpression: 'SET #keyCount = :held',
    ConditionExpression: hasNotMoved,
    ExpressionAttributeNames: { '#keyCount': 'keyCount', '#takenAt': 'takenAt' },
    ExpressionAttributeValues: { ':held': held, ':keyCount': counted.keyCount, ':takenAt': counted.takenAt },
  };
  await writeUnlessRefused(table, [{ Update: correction }]);
  return counted.keyCount - held;
}

/** False when the key was renewed, or its place given back, in the meantime. Mere contention is true: try again. */
function releasePlace(table: Table, key: KeyRecord, nowMs: number): Promise<boolean> {
  const stillHoldsItsPlace = '#countsTowardPlan = :true AND #expiresAt <= :now';
  const release = {
    TableName: table.name,
    Key: { pk: `KEY#${key.id}`, sk: 'KEY' },
    UpdateExpression: 'SET #countsTowardPlan = :false',
    ConditionExpression: stillHoldsItsPlace,
    ExpressionAttributeNames: { '#countsTowardPlan': 'countsTowardPlan', '#expiresAt': 'expiresAt' },
    ExpressionAttributeValues: { ':true': true, ':false': false, ':now': new Date(nowMs).toISOString() },
  };
  return writeUnlessRefused(table, [{ Update: release }, givePlaceBack(table, key.organizationId).action]);
}

async function writeUnlessRefused(table: Table, actions: Write['action'][]): Promise<boolean> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: actions }));
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    return !error.CancellationReasons?.some(({ Code }) => Code === 'ConditionalCheckFailed');
  }
}
