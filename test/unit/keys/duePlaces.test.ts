import { expect, it } from 'vitest';
import { dueAttributes, duePlaces, unusedReminder } from '../../../shared/keys/duePlaces.ts';
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

it('a key that is to be revoked on evidence is found among those, and not for a rotation of its own', () => {
  const retiring = sampleKey({ replacedBy: 'key_newNewNew000', graceEndsAt: '2026-11-24T08:00:00.000Z', rotateBy: '2026-12-01T00:00:00.000Z' });
  expect(duePlaces(retiring)).toEqual({
    gsi2pk: 'EXPIRY#2027-01-21#4',
    gsi2sk: '2027-01-21T08:00:00.000Z#key_4f8KmQ2xT7Zb',
    gsi3pk: 'RETIRING#4',
    gsi3sk: '2027-01-21T08:00:00.000Z#key_4f8KmQ2xT7Zb',
  });
  expect(duePlaces({ ...retiring, expiresAt: null })).toEqual({ gsi3pk: 'RETIRING#4', gsi3sk: 'never#key_4f8KmQ2xT7Zb' });
  expect(duePlaces({ ...retiring, revokedAt: '2026-11-25T00:00:00.000Z' })).toEqual({});
});

it('the reminder to look at a new key’s use stands 90 days after its making, and goes a month later', () => {
  expect(unusedReminder(sampleKey({ createdAt: '2026-08-24T10:00:00.000Z' }), 90)).toEqual({
    pk: 'KEY#key_4f8KmQ2xT7Zb',
    sk: 'UNUSED',
    gsi3pk: 'UNUSED#2026-11-22#4',
    gsi3sk: '2026-11-22T10:00:00.000Z#key_4f8KmQ2xT7Zb',
    // 22 December 2026, 10:00.
    purgeAt: 1_797_933_600,
  });
});
