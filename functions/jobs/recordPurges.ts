import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { keyRecordSchema } from '../../shared/keys/key.ts';
import type { KeyRecord } from '../../shared/keys/key.ts';
import { dayMs } from '../../shared/time.ts';
import { keysTableStores, nowMs } from '../dependencies.ts';
import { log } from '../log.ts';
import { eachRecord, itemOf } from './stream.ts';

const stores = keysTableStores();

const actor = { type: 'system', id: 'retention', name: 'Retention' } as const;
const context = { actor, ip: null, userAgent: null, requestId: null };
// The stream keeps its records for a day, and hands none over after that.
const keepMarkMs = 3 * dayMs;

/** Follows the stream of changes: a key that TTL has deleted at the end of its retention becomes `key.purged`, once. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return eachRecord(Records, async (record) => {
    const key = keyRecordSchema.strip().parse(itemOf(record.dynamodb?.OldImage));
    if (isTimeToLive(record)) await recordPurge(key);
    // Nothing of Gatewarden's deletes a key: someone has, past it.
    else log('ERROR', 'a key was deleted by hand', { keyId: key.id, organizationId: key.organizationId });
  });
}

/** As DynamoDB marks the deletes of its own. */
function isTimeToLive({ userIdentity }: DynamoDBRecord): boolean {
  const { type, principalId } = (userIdentity ?? {}) as { type?: unknown; principalId?: unknown };
  return type === 'Service' && principalId === 'dynamodb.amazonaws.com';
}

async function recordPurge(key: KeyRecord): Promise<void> {
  const { id: keyId, organizationId } = key;
  const changes = [{ field: 'name', from: key.name, to: null }, { field: 'expiresAt', from: key.expiresAt, to: null }];
  const outcome = await stores.events.commit({
    organizationId,
    context,
    drafts: [{ type: 'key.purged', keyId, changes }],
    writes: [stores.notices.record(keyId, 'purged', nowMs() + keepMarkMs)],
  });
  if (!outcome.done && outcome.refusedBy !== 'notice') throw new Error(`The purge of a key was refused by the state of the ${outcome.refusedBy}.`);
}
