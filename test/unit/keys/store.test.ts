import { describe, expect, it } from 'vitest';
import { keyStore } from '../../../shared/keys/store.ts';
import { sampleKey, zoe } from '../samples.ts';

const noTable = { name: 'keys', client: { send: () => Promise.reject(new Error('Nothing is sent.')) } };
const revoked = sampleKey({
  revokedAt: '2026-11-22T08:00:00.000Z',
  revokedBy: zoe,
  revocationReason: 'compromised',
  updatedAt: '2026-11-22T08:00:00.000Z',
  version: 4,
  countsTowardPlan: false,
});

describe('a revocation', () => {
  it('is bound to no version, so that a key that is changed without end can be revoked; and is the next version', () => {
    const [write] = keyStore(noTable, 90).revoke(sampleKey(), revoked);
    expect(write).toMatchObject({
      name: 'key',
      action: {
        Update: {
          Key: { pk: `KEY#${revoked.id}`, sk: 'KEY' },
          ConditionExpression: 'attribute_type(#revokedAt, :null) AND #countsTowardPlan = :hadPlace',
          ExpressionAttributeValues: { ':null': 'NULL', ':hadPlace': true },
        },
      },
    });
    expect(write?.action.Update?.UpdateExpression).toContain(' ADD #version :one');
  });

  it('writes what it is about and nothing that another change may have written since', () => {
    const [write] = keyStore(noTable, 90).revoke(sampleKey(), revoked);
    expect(write?.action.Update?.ExpressionAttributeValues).toEqual({
      ':revokedAt': '2026-11-22T08:00:00.000Z',
      ':revokedBy': { type: 'management_key', id: 'key_admin0000001', name: 'Zoë' },
      ':revocationReason': 'compromised',
      ':revocationComment': null,
      ':updatedAt': '2026-11-22T08:00:00.000Z',
      ':purgeAt': 1_803_110_400,
      ':countsTowardPlan': false,
      ':null': 'NULL',
      ':hadPlace': true,
      ':one': 1,
    });
  });

  it('gives back a place that the key held, and none that it did not', () => {
    expect(keyStore(noTable, 90).revoke(sampleKey(), revoked).map(({ name }) => name)).toEqual(['key', 'places']);
    expect(keyStore(noTable, 90).revoke(sampleKey({ countsTowardPlan: false }), revoked).map(({ name }) => name)).toEqual(['key']);
  });
});
