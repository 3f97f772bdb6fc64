import { expect, it } from 'vitest';
import { dueAttributes, duePlaces } from '../../../shared/keys/duePlaces.ts';
import { sampleKey } from '../samples.ts';

it('a key stands on the day of each of its dates, in one shard', () => {
  expect(duePlaces(sampleKey({ expiresAt: '2026-11-22T23:59:59.999Z', rotateBy: '2026-12-01T00:00:00.000Z' }))).toEqual({
    gsi2pk: 'EXPIRY#2026-11-22#4',
    gsi2sk: '2026-11-22T23:59:59.999Z#key_4f8KmQ2xT7Zb',
    gsi3pk: 'ROTATION#2026-12-01#4',
    gsi3sk: '2026-12-01T00:00:00.000Z#key_4f8KmQ2xT7Zb',
  });
});

it('a key without a date stands in no index of it', () => {
  expect(duePlaces(sampleKey({ expiresAt: null, rotateBy: null }))).toEqual({});
});

it('a revoked key has left them', () => {
  expect(duePlaces(sampleKey({ revokedAt: '2026-11-22T00:00:00.000Z', rotateBy: '2026-12-01T00:00:00.000Z' }))).toEqual({});
});

it('what a revocation takes away is all that a place consists of', () => {
  const places = duePlaces(sampleKey({ rotateBy: '2026-12-01T00:00:00.000Z' }));
  expect(Object.keys(places).toSorted()).toEqual([...dueAttributes].toSorted());
});

it('a key whose rotation fell due before it was given its expiry is looked at again from then on', () => {
  const renewed = sampleKey({ rotateBy: '2026-12-01T00:00:00.000Z', expirySetAt: '2026-12-05T10:00:00.000Z' });
  expect(duePlaces(renewed)).toMatchObject({ gsi3pk: 'ROTATION#2026-12-05#4', gsi3sk: '2026-12-05T10:00:00.000Z#key_4f8KmQ2xT7Zb' });
});
