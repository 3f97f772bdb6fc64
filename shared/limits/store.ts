import type { CounterKey } from './policy.ts';

// Access patterns (table usage): add to one counter of one window, LIMIT#… / COUNT or QUOTA#… / 2026-11, if it has room.

/** The part of DynamoDB's JSON protocol that a lease needs. */
export interface UpdateItemInput {
  readonly TableName: string;
  readonly Key: Record<string, { readonly S: string }>;
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, { readonly N: string }>;
  readonly ReturnValues: 'UPDATED_NEW';
  readonly ReturnValuesOnConditionCheckFailure: 'ALL_OLD';
}

type Attributes = Readonly<Record<string, unknown>>;

/**
 * A client that speaks it. Its refusal of a condition is an error with the name `ConditionalCheckFailedException` and
 * the item as it stands in `item`; one of throttling has the `remedy` 'throttled'.
 */
export interface LimitClient {
  updateItem(input: UpdateItemInput): Promise<{ readonly Attributes?: Attributes | undefined }>;
}

export interface LeaseRequest {
  readonly counter: CounterKey;
  /** Tokens, at least 1 and at most `limit`. */
  readonly n: number;
  readonly limit: number;
  /** Epoch seconds. */
  readonly purgeAtSec: number;
}

export interface LeaseAnswer {
  readonly granted: boolean;
  /** The counter afterwards: with this lease when granted, and otherwise as it stands. */
  readonly used: number;
}

export interface LimitStore {
  /** One write, conditional on room for all `n`. Throws when the store cannot be reached or answers nonsense. */
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
}

/**
 * Counters in DynamoDB. Should an attempt be applied and its answer be lost, the tokens are lost with it: a retry, the
 * client's own included, takes others.
 */
export function limitStore(client: LimitClient, tableName: string): LimitStore {
  return {
    async lease(request) {
      try {
        const { Attributes: after } = await client.updateItem(leaseInput(tableName, request));
        const used = countIn(after);
        // Numbers beyond the limit, or below the lease's own size, would be tokens that others hold as well.
        if (used === null || used < request.n || used > request.limit) throw new Error('The store granted a lease and told no possible count.');
        return { granted: true, used };
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
        // A client that does not hand on the item still says this much: there was no room for n.
        const atLeast = request.limit - request.n + 1;
        return { granted: false, used: Math.max(countIn('item' in error ? error.item : null) ?? 0, atLeast) };
      }
    },
  };
}

/** Whether the store was there and refused for the moment, as the client says in `remedy`. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Error && 'remedy' in error && error.remedy === 'throttled';
}

function leaseInput(tableName: string, { counter, n, limit, purgeAtSec }: LeaseRequest): UpdateItemInput {
  const hasRoom = 'attribute_not_exists(#used) OR #used <= :limitMinusN';
  return {
    TableName: tableName,
    Key: { pk: { S: counter.pk }, sk: { S: counter.sk } },
    UpdateExpression: 'ADD #used :n SET #purgeAt = :purgeAt',
    ConditionExpression: hasRoom,
    ExpressionAttributeNames: { '#used': 'used', '#purgeAt': 'purgeAt' },
    ExpressionAttributeValues: { ':n': { N: String(n) }, ':limitMinusN': { N: String(limit - n) }, ':purgeAt': { N: String(purgeAtSec) } },
    ReturnValues: 'UPDATED_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** The count, or null where there is none that can be counted with. */
function countIn(item: unknown): number | null {
  if (typeof item !== 'object' || item === null || !('used' in item)) return null;
  const { used } = item;
  if (typeof used !== 'object' || used === null || !('N' in used) || typeof used.N !== 'string') return null;
  const count = Number(used.N);
  return Number.isSafeInteger(count) ? count : null;
}
