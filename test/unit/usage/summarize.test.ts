import { describe, expect, it } from 'vitest';
import type { UsageHour } from '../../../shared/usage/hourItem.ts';
import { summarize } from '../../../shared/usage/summarize.ts';
import { usageSchema } from '../../../shared/usage/usage.ts';

function hour(name: string, requests: number, refusals: Record<string, number> = {}): UsageHour {
  const refused = Object.values(refusals).reduce((sum, count) => sum + count, 0);
  return { hour: name, requests, status: { '2xx': requests - refused, '3xx': 0, '4xx': refused, '5xx': 0 }, refusals, routes: { 'GET /orders': requests } };
}

const range = { fromMs: Date.UTC(2028, 1, 28), toMs: Date.UTC(2028, 2, 2) };

describe('usage', () => {
  it('by the hour has an item for each hour in which there was anything, oldest first', () => {
    const usage = summarize([hour('2028-02-29T23', 3, { revoked_key: 1 }), hour('2028-02-29T09', 2)], { ...range, granularity: 'hour' });
    expect(usage).toEqual({
      from: '2028-02-28T00:00:00.000Z',
      to: '2028-03-02T00:00:00.000Z',
      granularity: 'hour',
      total: 5,
      items: [
        { at: '2028-02-29T09:00:00.000Z', requests: 2, status: { '2xx': 2, '3xx': 0, '4xx': 0, '5xx': 0 }, refusals: {} },
        { at: '2028-02-29T23:00:00.000Z', requests: 3, status: { '2xx': 2, '3xx': 0, '4xx': 1, '5xx': 0 }, refusals: { revoked_key: 1 } },
      ],
    });
    expect(usageSchema.parse(usage)).toEqual(usage);
  });

  it('by the day adds up the hours of a day in UTC, leap days among them', () => {
    const hours = [hour('2028-02-28T23', 1), hour('2028-02-29T00', 2, { revoked_key: 1 }), hour('2028-02-29T23', 4, { revoked_key: 2, expired_key: 1 }), hour('2028-03-01T00', 8)];
    const { total, items } = summarize(hours, { ...range, granularity: 'day' });
    expect(total).toBe(15);
    expect(items.map(({ at, requests, refusals }) => [at, requests, refusals])).toEqual([
      ['2028-02-28T00:00:00.000Z', 1, {}],
      ['2028-02-29T00:00:00.000Z', 6, { revoked_key: 3, expired_key: 1 }],
      ['2028-03-01T00:00:00.000Z', 8, {}],
    ]);
  });

  it('has 24 hours on each day, those on which clocks are changed elsewhere too', () => {
    const hours = Array.from({ length: 48 }, (_, at) => hour(new Date(Date.UTC(2026, 9, 24, at)).toISOString().slice(0, 13), 1));
    const { items } = summarize(hours, { fromMs: Date.UTC(2026, 9, 24), toMs: Date.UTC(2026, 9, 26), granularity: 'day' });
    expect(items.map(({ at, requests }) => [at, requests])).toEqual([
      ['2026-10-24T00:00:00.000Z', 24],
      ['2026-10-25T00:00:00.000Z', 24],
    ]);
  });

  it('of nothing is an empty list', () => {
    expect(summarize([], { ...range, granularity: 'day' })).toMatchObject({ total: 0, items: [] });
  });
});
