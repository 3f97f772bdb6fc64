import { describe, expect, it } from 'vitest';
import { idempotencyStore } from '../../../shared/keys/idempotency.ts';
import type { IdempotentRequest } from '../../../shared/keys/idempotency.ts';
import { nowMs } from '../samples.ts';

const request: IdempotentRequest = {
  organizationId: 'org_1',
  principalId: 'key_admin',
  idempotencyKey: 'retry-1',
  asked: { route: 'issueKey', params: { organizationId: 'org_1' }, body: { name: 'A', active: true } },
};
// SHA-256 by Python's hashlib: of `retry-1`, and of the request as canonical JSON.
const pk = 'IDEMPOTENCY#org_1#key_admin#OZj7242ESqAdA94Js5t7CC4DvuRpxAOHvy_tuBsYg_g';
const requestHash = 'dJrw6o-pUj6H5z51zxRJB9oIJREBomT48sMDg1HGI_o';
const kept = { pk, sk: 'IDEMPOTENCY', requestHash, keyId: 'key_first', purgeAt: 1_795_334_400 + 86_400 };

function storeWith(item: Record<string, unknown> | undefined) {
  const sent: unknown[] = [];
  const send = async (command: { input: unknown }) => {
    sent.push(command.input);
    return { Item: item };
  };
  return { sent, store: idempotencyStore({ name: 'keys', client: { send: send as never } }) };
}

describe('a claimed idempotency key', () => {
  it('is kept for 24 hours under its organization, principal and digest, never as it was sent', () => {
    expect(storeWith(undefined).store.claim(request, 'key_first', nowMs)).toEqual({
      name: 'idempotency',
      action: {
        Put: {
          TableName: 'keys',
          Item: kept,
          ConditionExpression: 'attribute_not_exists(pk) OR #purgeAt <= :now',
          ExpressionAttributeNames: { '#purgeAt': 'purgeAt' },
          ExpressionAttributeValues: { ':now': 1_795_334_400 },
        },
      },
    });
  });

  it.each<[string, Partial<IdempotentRequest>]>([
    ['another organization', { organizationId: 'org_2' }],
    ['another principal', { principalId: 'key_other' }],
    ['another key', { idempotencyKey: 'retry-2' }],
    ['the same key in capitals', { idempotencyKey: 'RETRY-1' }],
  ])('is another record for %s', (_, other) => {
    const write = storeWith(undefined).store.claim({ ...request, ...other }, 'key_first', nowMs);
    expect(write.action.Put?.Item?.['pk']).not.toBe(pk);
  });
});

describe('a retried request', () => {
  it('finds the key that its first try made, by a strongly consistent read', async () => {
    const { sent, store } = storeWith(kept);
    expect(await store.find(request, nowMs)).toBe('key_first');
    expect(sent).toEqual([{ TableName: 'keys', Key: { pk, sk: 'IDEMPOTENCY' }, ConsistentRead: true }]);
  });

  it('is the same whatever the order of its fields', async () => {
    const asked = { body: { active: true, name: 'A' }, params: { organizationId: 'org_1' }, route: 'issueKey' };
    expect(await storeWith(kept).store.find({ ...request, asked }, nowMs)).toBe('key_first');
  });

  it('finds nothing where there was no first try', async () => {
    expect(await storeWith(undefined).store.find(request, nowMs)).toBeNull();
  });

  it('is told so when it asks for something else', async () => {
    const asked = { route: 'issueKey', params: { organizationId: 'org_1' }, body: { name: 'A', active: false } };
    await expect(storeWith(kept).store.find({ ...request, asked }, nowMs)).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('is forgotten after 24 hours, though TTL has not deleted it yet', async () => {
    const dayLaterMs = nowMs + 86_400_000;
    expect(await storeWith(kept).store.find(request, dayLaterMs - 1)).toBe('key_first');
    expect(await storeWith(kept).store.find(request, dayLaterMs)).toBeNull();
    const somethingElse = { ...kept, requestHash: 'x' };
    expect(await storeWith(somethingElse).store.find(request, dayLaterMs)).toBeNull();
  });
});
