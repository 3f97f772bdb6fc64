import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveStatus, isExpired } from '../../../shared/keys/status.ts';

const nowMs = 1_795_334_400_000;
const past = '2026-11-22T07:59:59.999Z';
const now = '2026-11-22T08:00:00.000Z';
const future = '2026-11-22T08:00:00.001Z';

/** Seconds since 2026-01-01, written out by hand so that no code under test takes part. */
const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;

describe('the status of a key', () => {
  it.each([
    // active, expiresAt, revokedAt, status
    [true, null, null, 'active'],
    [true, future, null, 'active'],
    [true, now, null, 'expired'],
    [true, past, null, 'expired'],
    [false, null, null, 'inactive'],
    [false, future, null, 'inactive'],
    [false, now, null, 'expired'],
    [false, past, null, 'expired'],
    [true, null, past, 'revoked'],
    [true, future, past, 'revoked'],
    [true, past, past, 'revoked'],
    [false, null, past, 'revoked'],
    [false, future, past, 'revoked'],
    [false, past, past, 'revoked'],
    // A revocation that a faster clock wrote counts as well.
    [true, null, future, 'revoked'],
  ] as const)('active %s, expires %s, revoked %s: %s', (active, expiresAt, revokedAt, status) => {
    expect(deriveStatus({ active, expiresAt, revokedAt }, nowMs)).toBe(status);
  });

  it('follows from active, expiry, revocation and time alone, at every moment', () => {
    const second = fc.integer({ min: 0, max: 59 });
    fc.assert(
      fc.property(fc.boolean(), fc.option(second), fc.option(second), second, (active, expires, revoked, now) => {
        const table = {
          revoked: revoked !== null,
          expired: revoked === null && expires !== null && now >= expires,
          active: revoked === null && (expires === null || now < expires) && active,
          inactive: revoked === null && (expires === null || now < expires) && !active,
        };
        const status = deriveStatus(
          { active, expiresAt: expires === null ? null : at(expires), revokedAt: revoked === null ? null : at(revoked) },
          1_767_225_600_000 + now * 1000,
        );
        expect(table[status]).toBe(true);
        expect(Object.values(table).filter(Boolean)).toHaveLength(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('once revoked stays revoked, and once expired never comes back by itself', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(1_000), fc.nat(1_000), (active, earlier, later) => {
        const [first, second] = [Math.min(earlier, later), Math.max(earlier, later)];
        const key = { active, expiresAt: '2026-01-01T00:00:00.500Z', revokedAt: null };
        if (deriveStatus(key, 1_767_225_600_000 + first) === 'expired') {
          expect(deriveStatus(key, 1_767_225_600_000 + second)).toBe('expired');
        }
        expect(deriveStatus({ ...key, revokedAt: now }, 1_767_225_600_000 + second)).toBe('revoked');
      }),
    );
  });
});

describe('expiry', () => {
  it.each([['', true], ['not a time', true], ['+275760-09-13T00:00:00.001Z', true]])(
    'a time that cannot be read, "%s", has passed',
    (expiresAt, expired) => {
      expect(isExpired(expiresAt, nowMs)).toBe(expired);
    },
  );
});
