import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table, Write } from '../table.ts';
import type { PinHash } from './hash.ts';

// Access patterns (table keys):
//   the PIN of a member   pk PIN#<memberId>  sk PIN: hash, tries since the last right one, time of the last try
//
// A try is counted before the PIN is looked at, by a conditional write: concurrent tries cannot be more than five.

export const maxTries = 5;
export const lockMs = 15 * 60_000;

export type TryOutcome =
  /** The try may go on; `remaining` are left should it fail. */
  | { readonly kind: 'counted'; readonly hash: PinHash; readonly remaining: number }
  | { readonly kind: 'locked'; readonly untilMs: number }
  | { readonly kind: 'not_set' };

export interface PinStore {
  exists(memberId: string): Promise<boolean>;
  /** Counts a try, or says that no more are allowed for now. */
  beginTry(memberId: string, nowMs: number): Promise<TryOutcome>;
  /** Forgets the tries after a right one. */
  forgetTries(memberId: string): Promise<void>;
  /** Writes a PIN over the one that was read, or the first: refused as `pin`. */
  set(memberId: string, hash: PinHash, current: PinHash | null): Write;
  remove(memberId: string): Write;
}

export function pinStore(table: Table): PinStore {
  const read = async (memberId: string) => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: pinKey(memberId), ConsistentRead: true }),
    );
    return Item ?? null;
  };
  return {
    exists: async (memberId) => (await read(memberId)) !== null,
    async beginTry(memberId, nowMs) {
      const counted = (await countTry(table, memberId, nowMs, 'next')) ?? (await countTry(table, memberId, nowMs, 'first'));
      if (counted) return { kind: 'counted', hash: String(counted['hash']), remaining: maxTries - Number(counted['tries']) };
      const item = await read(memberId);
      return item ? { kind: 'locked', untilMs: Number(item['lastTryAtMs']) + lockMs } : { kind: 'not_set' };
    },
    forgetTries: (memberId) => forgetTries(table, memberId),
    set(memberId, hash, current) {
      const Item = { ...pinKey(memberId), hash, tries: 0, lastTryAtMs: 0 };
      const stillTheSame = current === null ? { ConditionExpression: 'attribute_not_exists(pk)' } : {
        ConditionExpression: '#hash = :current',
        ExpressionAttributeNames: { '#hash': 'hash' },
        ExpressionAttributeValues: { ':current': current },
      };
      return { name: 'pin', action: { Put: { TableName: table.name, Item, ...stillTheSame } } };
    },
    remove: (memberId) => ({ name: 'pin', action: { Delete: { TableName: table.name, Key: pinKey(memberId) } } }),
  };
}

function pinKey(memberId: string) {
  return { pk: `PIN#${memberId}`, sk: 'PIN' };
}

async function forgetTries(table: Table, memberId: string): Promise<void> {
  const isStillSet = 'attribute_exists(pk)';
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: pinKey(memberId),
        UpdateExpression: 'SET #tries = :none',
        ConditionExpression: isStillSet,
        ExpressionAttributeNames: { '#tries': 'tries' },
        ExpressionAttributeValues: { ':none': 0 },
      }),
    );
  } catch (error) {
    // Reset in the meantime: the tries went with it.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** `next`: one more of the five. `first`: a new row of tries, once the lock is over. Null where that does not apply. */
async function countTry(
  table: Table,
  memberId: string,
  nowMs: number,
  which: 'next' | 'first',
): Promise<Record<string, unknown> | null> {
  const triesLeft = '#tries < :max';
  const lockIsOver = '#tries >= :max AND #lastTryAtMs <= :unlocked';
  const values = { ':one': 1, ':now': nowMs, ':max': maxTries };
  try {
    const { Attributes = {} } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: pinKey(memberId),
        UpdateExpression: `SET #tries = ${which === 'next' ? '#tries + :one' : ':one'}, #lastTryAtMs = :now`,
        ConditionExpression: which === 'next' ? triesLeft : lockIsOver,
        ExpressionAttributeNames: { '#tries': 'tries', '#lastTryAtMs': 'lastTryAtMs' },
        ExpressionAttributeValues: which === 'next' ? values : { ...values, ':unlocked': nowMs - lockMs },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null;
    throw error;
  }
}
