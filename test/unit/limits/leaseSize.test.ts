import { describe, expect, it } from 'vitest';
import { afterRequest, expectedPerSec } from '../../../shared/limits/demandRate.ts';
import type { DemandRate } from '../../../shared/limits/demandRate.ts';
import { leaseSize } from '../../../shared/limits/leaseSize.ts';

const minute = { startMs: 0, endMs: 60_000 };
const busy = { window: minute, localMs: 29_800, expectedPerSec: 100, respendable: 0, left: 50_000, waiting: 1 };

describe('the size of a lease', () => {
  it.each([
    ['lasts a busy container about two seconds', {}, 160],
    ['lasts a slow one 16 requests, less a fifth', { expectedPerSec: 1 }, 12],
    ['is most of what is needed until the end', { localMs: 58_800 }, 80],
    ['is an eighth of what is left at most', { left: 80 }, 10],
    ['is 1 of the last few', { left: 7 }, 1],
    ['is 1 where hardly anything is expected', { expectedPerSec: 0.01 }, 1],
    ['is 1 at a container’s first request', { expectedPerSec: 0 }, 1],
    ['is enough for all who wait', { expectedPerSec: 0, waiting: 9 }, 9],
    ['is what is left where more wait', { left: 3, waiting: 9 }, 3],
    ['is none of nothing', { left: 0 }, 0],
    ['is small where spent tokens can be spent again', { localMs: 59_800, respendable: 40 }, 6],
    ['is what chance may ask for where next to nothing is needed', { localMs: 59_790 }, 6],
    ['covers the last part where none can', { localMs: 59_800 }, 32],
    ['covers no more than the minutes that a container may live', { window: { startMs: 0, endMs: 2_592_000_000 }, expectedPerSec: 0.02 }, 4],
  ])('%s', (_, situation, size) => {
    expect(leaseSize({ ...busy, ...situation })).toBe(size);
  });
});

describe('the expected rate', () => {
  const rateOf = (gapsMs: readonly number[]) => {
    let ms = 1000;
    let rate: DemandRate = afterRequest(null, ms);
    for (const gap of gapsMs) rate = afterRequest(rate, (ms += gap));
    return expectedPerSec(rate);
  };

  it('is nothing at a first request and soon that of a steady caller', () => {
    expect(rateOf([])).toBe(0);
    expect(rateOf(Array.from({ length: 100 }, () => 10))).toBeCloseTo(100, 0);
    expect(rateOf(Array.from({ length: 100 }, () => 8000))).toBeCloseTo(0.125, 2);
  });

  it('is not mistaken for thousands a second by a few requests at once', () => {
    expect(rateOf([0, 0, 0])).toBeLessThan(10);
    expect(rateOf([1])).toBeLessThan(3);
  });

  it('follows a change within seconds', () => {
    const slowed = [...Array.from({ length: 500 }, () => 10), ...Array.from({ length: 5 }, () => 1000)];
    expect(rateOf(slowed)).toBeLessThan(12);
  });
});
