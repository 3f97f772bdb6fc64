import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import canonicalize from 'canonicalize';
import { Problem } from '../errors/problems.ts';
import type { Table, Write } from '../table.ts';

// Access patterns (table keys):
//   a request that made a key   pk IDEMPOTENCY#<organizationId>#<principalId>#<SHA-256 of the header>  sk IDEMPOTENCY

const keepSec = 24 * 3600;

/** A request that carries an `Idempotency-Key`: who sent it, and what it asks. */
export interface IdempotentRequest {
  readonly organizationId: string;
  readonly principalId: string;
  readonly idempotencyKey: string;
  /** Route, path and body: the same key for something else is a mistake. */
  readonly asked: unknown;
}

export interface IdempotencyStore {
  /** The key that an earlier try made, or null. Throws 422 when the earlier try asked for something else. */
  find(request: IdempotentRequest, nowMs: number): Promise<string | null>;
  /** Refused as `idempotency` when another try was first. */
  claim(request: IdempotentRequest, keyId: string, nowMs: number): Write;
}

export function idempotencyStore(table: Table): IdempotencyStore {
  return {
    async find(request, nowMs) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: recordKey(request), ConsistentRead: true }),
      );
      if (!Item || Number(Item['purgeAt']) <= nowMs / 1000) return null;
      if (Item['requestHash'] !== hashOf(request.asked)) {
        throw new Problem('idempotency_key_reused', 'This Idempotency-Key was used with another request within 24 hours.');
      }
      return String(Item['keyId']);
    },
    claim(request, keyId, nowMs) {
      const firstOrForgotten = 'attribute_not_exists(pk) OR #purgeAt <= :now';
      const nowSec = Math.floor(nowMs / 1000);
      return {
        name: 'idempotency',
        action: {
          Put: {
            TableName: table.name,
            Item: { ...recordKey(request), requestHash: hashOf(request.asked), keyId, purgeAt: nowSec + keepSec },
            ConditionExpression: firstOrForgotten,
            ExpressionAttributeNames: { '#purgeAt': 'purgeAt' },
            ExpressionAttributeValues: { ':now': nowSec },
          },
        },
      };
    },
  };
}

function recordKey({ organizationId, principalId, idempotencyKey }: IdempotentRequest) {
  const digest = createHash('sha256').update(idempotencyKey).digest('base64url');
  return { pk: `IDEMPOTENCY#${organizationId}#${principalId}#${digest}`, sk: 'IDEMPOTENCY' };
}

function hashOf(asked: unknown): string {
  return createHash('sha256').update(canonicalize(asked) ?? '').digest('base64url');
}
