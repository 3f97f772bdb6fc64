import { describe, expect, it } from 'vitest';
import { choosesExpiry, resolveExpiry, successorExpiry } from '../../../shared/keys/expiry.ts';
import type { ExpiryChoice } from '../../../shared/keys/requests.ts';
import type { Policy } from '../../../shared/organizations/organization.ts';
import { problemOf } from '../problemOf.ts';
import { nowMs, sampleOrganization } from '../samples.ts';

const { policy } = sampleOrganization();
const noBound: Policy = { ...policy, maxKeyLifetimeDays: null };
const never: Policy = { ...policy, allowNeverExpires: true };

describe('the expiry of a new key', () => {
  it.each<[string, ExpiryChoice, Policy, string | null]>([
    ['by default the policy’s default, 90 days', {}, policy, '2027-02-20T08:00:00.000Z'],
    ['by default no later than the policy’s maximum', {}, { ...policy, maxKeyLifetimeDays: 30 }, '2026-12-22T08:00:00.000Z'],
    ['30 days', { expiresInDays: 30 }, policy, '2026-12-22T08:00:00.000Z'],
    ['the maximum itself', { expiresInDays: 365 }, policy, '2027-11-22T08:00:00.000Z'],
    ['a leap year is a day longer', { expiresInDays: 731 }, noBound, '2028-11-22T08:00:00.000Z'],
    ['a time', { expiresAt: '2027-01-31T12:00:00.000Z' }, policy, '2027-01-31T12:00:00.000Z'],
    ['a millisecond from now', { expiresAt: '2026-11-22T08:00:00.001Z' }, policy, '2026-11-22T08:00:00.001Z'],
    ['a year on a clock that is a minute ahead', { expiresAt: '2027-11-22T08:01:00.000Z' }, policy, '2027-11-22T08:01:00.000Z'],
    ['the end of the calendar where there is no bound', { expiresAt: '9999-12-31T23:59:59.999Z' }, noBound, '9999-12-31T23:59:59.999Z'],
    ['never, where the policy allows it', { neverExpires: true }, never, null],
    ['a time, though never would be allowed', { expiresInDays: 30 }, never, '2026-12-22T08:00:00.000Z'],
  ])('%s', (_, choice, policy, expiresAt) => {
    expect(resolveExpiry(choice, policy, nowMs)).toBe(expiresAt);
  });

  it.each(['2026-11-22T08:00:00.000Z', '2026-11-22T07:59:59.999Z', '1970-01-01T00:00:00.000Z'])('%s has passed: 400', (expiresAt) => {
    expect(problemOf(() => resolveExpiry({ expiresAt }, policy, nowMs))).toMatchObject({
      code: 'invalid_request',
      extras: { errors: [{ path: 'expiresAt', message: `Expiry must lie in the future, got ${expiresAt}.` }] },
    });
  });

  it.each<[string, ExpiryChoice]>([
    ['a day too long', { expiresInDays: 366 }],
    ['a millisecond beyond the tolerance', { expiresAt: '2027-11-22T08:01:00.001Z' }],
    ['never', { neverExpires: true }],
  ])('%s is refused with the maximum: 403', (_, choice) => {
    expect(problemOf(() => resolveExpiry(choice, policy, nowMs))).toMatchObject({
      code: 'expiry_not_allowed',
      extras: { maxKeyLifetimeDays: 365 },
    });
  });
});

describe('a request chooses an expiry', () => {
  it.each<[ExpiryChoice, boolean]>([
    [{}, false],
    [{ expiresInDays: 1 }, true],
    [{ expiresAt: '2027-01-31T12:00:00.000Z' }, true],
    [{ neverExpires: true }, true],
  ])('%j: %s', (choice, chooses) => {
    expect(choosesExpiry(choice)).toBe(chooses);
  });
});

describe('a successor', () => {
  const created = { createdAt: '2026-10-23T08:00:00.000Z' };

  it.each<[string, { createdAt: string; expiresAt: string | null }, Policy, string | null]>([
    ['lives as long as its predecessor was given', { ...created, expiresAt: '2027-01-21T08:00:00.000Z' }, policy, '2027-02-20T08:00:00.000Z'],
    ['lives no longer than today’s policy allows', { ...created, expiresAt: '2027-01-21T08:00:00.000Z' }, { ...policy, maxKeyLifetimeDays: 10 }, '2026-12-02T08:00:00.000Z'],
    ['never expires where its predecessor did not and the policy allows it', { ...created, expiresAt: null }, never, null],
    ['gets the default where never is no longer allowed', { ...created, expiresAt: null }, policy, '2027-02-20T08:00:00.000Z'],
    ['of a mortal key is mortal, though never is allowed', { ...created, expiresAt: '2026-11-23T08:00:00.000Z' }, never, '2026-12-23T08:00:00.000Z'],
    ['never outlives the calendar', { ...created, expiresAt: '9999-12-31T23:59:59.999Z' }, noBound, '9999-12-31T23:59:59.999Z'],
  ])('%s', (_, old, policy, expiresAt) => {
    expect(successorExpiry(old, policy, nowMs)).toBe(expiresAt);
  });
});
