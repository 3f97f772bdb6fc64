import { describe, expect, it } from 'vitest';
import type { UsageHour } from '../../../shared/usage/hourItem.ts';
import { judgeRotation, usesByHour } from '../../../shared/usage/rotation.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const ago = (hours: number): number => nowMs - hours * 3_600_000;
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

describe('the verdict on an old key', () => {
  it.each([
    ['not_started', 'nobody has used the new key', 48, 30, null, 24, null],
    ['not_started', 'nobody has used either', 48, null, null, 24, null],
    ['not_started', 'nobody has used the new key, though the old one is long silent', 900, 800, null, 24, null],
    ['moving', 'both are in use', 48, 0.5, 0.2, 24, null],
    ['moving', 'the old one was used a moment less than an hour ago', 48, 0.999, 0.2, 24, null],
    ['moving', 'it was rotated just now, however long the old one was silent before', 0.5, 300, 0.1, 24, null],
    ['quiet', 'the old one is silent for an hour', 48, 1, 0.2, 24, '2026-11-22T11:00:00.000Z'],
    ['quiet', 'the old one is silent for a moment less than required', 48, 23.999, 0.2, 24, '2026-11-21T12:00:03.600Z'],
    ['quiet', 'the silence before the rotation does not count', 20, 300, 0.2, 24, '2026-11-21T16:00:00.000Z'],
    ['safe_to_revoke', 'the old one is silent for as long as required', 48, 24, 0.2, 24, '2026-11-21T12:00:00.000Z'],
    ['safe_to_revoke', 'the old one was not used since the rotation, nor ever', 24, null, 1, 24, '2026-11-21T12:00:00.000Z'],
    ['safe_to_revoke', 'the new one was used once, long ago', 400, 300, 399, 24, '2026-11-10T00:00:00.000Z'],
    ['quiet', 'a longer silence is required', 400, 100, 0.2, 168, '2026-11-18T08:00:00.000Z'],
    ['safe_to_revoke', 'no silence is required', 2, 0, 1, 0, '2026-11-22T12:00:00.000Z'],
    ['moving', 'a clock runs ahead', 2, -0.1, 1, 24, null],
  ] as const)('is %s where %s', (verdict, _, rotated, old, successor, requiredQuietHours, quietSince) => {
    const judged = judgeRotation({
      rotatedAtMs: ago(rotated),
      oldLastUseMs: old === null ? null : ago(old),
      newLastUseMs: successor === null ? null : ago(successor),
      requiredQuietHours,
      nowMs,
    });
    expect([judged.verdict, iso(judged.quietSinceMs)]).toEqual([verdict, quietSince]);
  });
});

describe('uses by the hour', () => {
  const hour = (name: string, requests: number, refusals: Record<string, number> = {}): UsageHour => ({
    hour: name,
    requests,
    status: { '2xx': requests, '3xx': 0, '4xx': 0, '5xx': 0 },
    refusals,
    routes: {},
  });

  it('are those of both keys, oldest first, without hours in which there were none', () => {
    expect(usesByHour([hour('2026-11-22T11', 5), hour('2026-11-22T09', 7)], [hour('2026-11-22T10', 2), hour('2026-11-22T11', 3)])).toEqual([
      { at: '2026-11-22T09:00:00.000Z', old: 7, new: 0 },
      { at: '2026-11-22T10:00:00.000Z', old: 0, new: 2 },
      { at: '2026-11-22T11:00:00.000Z', old: 5, new: 3 },
    ]);
    expect(usesByHour([], [])).toEqual([]);
  });

  it('leave out what was refused because the key was dead, and hold what it was refused although it lived', () => {
    const old = [hour('2026-11-22T10', 9, { expired_key: 4, revoked_key: 1, inactive_key: 1, rate_limited: 1 }), hour('2026-11-22T11', 2, { expired_key: 2 })];
    expect(usesByHour(old, [])).toEqual([{ at: '2026-11-22T10:00:00.000Z', old: 3, new: 0 }]);
  });
});
