import { describe, expect, it } from 'vitest';
import { resolveRange, usageQuery } from '../../../shared/usage/query.ts';
import { problemOf } from '../problemOf.ts';

const nowMs = Date.UTC(2026, 10, 22, 10, 30);

function rangeOf(query: Record<string, string>) {
  const { fromMs, toMs, granularity } = resolveRange(usageQuery.parse(query), nowMs);
  return [new Date(fromMs).toISOString(), new Date(toMs).toISOString(), granularity];
}

describe('the time that usage is about', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['the last 24 hours by default', {}, ['2026-11-21T10:00:00.000Z', '2026-11-22T11:00:00.000Z', 'hour']],
    ['the last 30 days by the day', { granularity: 'day' }, ['2026-10-23T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 'day']],
    ['the 24 hours before an end', { to: '2026-11-01T00:00:00Z' }, ['2026-10-31T00:00:00.000Z', '2026-11-01T00:00:00.000Z', 'hour']],
    ['up to now from a beginning', { from: '2026-11-22T09:59:59Z' }, ['2026-11-22T09:00:00.000Z', '2026-11-22T11:00:00.000Z', 'hour']],
    ['whole hours, the end exclusive', { from: '2026-11-22T09:00:00Z', to: '2026-11-22T10:00:00Z' }, ['2026-11-22T09:00:00.000Z', '2026-11-22T10:00:00.000Z', 'hour']],
    ['in UTC, whatever the offset', { from: '2026-11-22T00:30:00+02:00', to: '2026-11-22T03:00:00+02:00' }, ['2026-11-21T22:00:00.000Z', '2026-11-22T01:00:00.000Z', 'hour']],
    ['whole days in UTC', { from: '2026-11-20T23:59:59Z', to: '2026-11-21T00:00:01Z', granularity: 'day' }, ['2026-11-20T00:00:00.000Z', '2026-11-22T00:00:00.000Z', 'day']],
    ['a leap day', { from: '2028-02-29T00:00:00Z', to: '2028-03-01T00:00:00Z', granularity: 'day' }, ['2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z', 'day']],
    ['31 days by the hour', { from: '2026-10-22T10:30:00Z' }, ['2026-10-22T10:00:00.000Z', '2026-11-22T11:00:00.000Z', 'hour']],
    ['400 days by the day', { from: '2025-10-18T10:30:00Z', granularity: 'day' }, ['2025-10-18T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 'day']],
    ['the end of the calendar', { from: '9999-12-31T23:30:00Z', to: '9999-12-31T23:59:59Z' }, ['9999-12-31T23:00:00.000Z', '+010000-01-01T00:00:00.000Z', 'hour']],
  ])('is %s', (_, query, expected) => {
    expect(rangeOf(query)).toEqual(expected);
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['more than 31 days by the hour', { from: '2026-10-22T10:29:59Z' }, 'from', 'By the hour, a range holds at most 31 days, got 32.'],
    ['more than 400 days by the day', { from: '2025-10-18T10:29:59Z', granularity: 'day' }, 'from', 'By the day, a range holds at most 400 days, got 401.'],
    ['one that ends before it begins', { from: '2026-11-22T10:00:00Z', to: '2026-11-22T09:00:00Z' }, 'from', 'The range must begin before it ends, at 2026-11-22T09:00:00.000Z.'],
    ['an empty one', { from: '2026-11-22T10:00:00Z', to: '2026-11-22T10:00:00Z' }, 'from', 'The range must begin before it ends, at 2026-11-22T10:00:00.000Z.'],
    ['one that begins before there was a calendar for it', { to: '0000-01-01T00:00:00Z' }, 'to', 'The range must begin in 1970 or later.'],
    ['one that begins before 1970', { from: '1969-12-31T23:59:59.999Z', to: '1970-01-01T01:00:00Z' }, 'from', 'The range must begin in 1970 or later.'],
    ['one that begins in the future', { from: '2026-11-22T10:30:01Z' }, 'from', 'The range must begin before it ends, at 2026-11-22T10:30:00.000Z.'],
  ])('is not %s: a 400 that says why', (_, query, path, message) => {
    const { code, extras } = problemOf(() => resolveRange(usageQuery.parse(query), nowMs));
    expect([code, extras.errors]).toEqual(['invalid_request', [{ path, message }]]);
  });

  it('is asked for with known words only', () => {
    for (const query of [{ granularity: 'minute' }, { from: 'yesterday' }, { from: '2026-11-22' }, { until: '2026-11-22T10:00:00Z' }])
      expect(usageQuery.safeParse(query).success).toBe(false);
  });
});
