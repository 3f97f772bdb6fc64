import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { datesNoticed, isWithin } from '../../../shared/notices/intervals.ts';

const dayMs = 86_400_000;

it('an hour is looked at once for each number of days ahead', () => {
  expect(datesNoticed({ afterMs: 0, untilMs: 3_600_000 }, [7, 1, 0, 7])).toEqual([
    { afterMs: 0, untilMs: 3_600_000 },
    { afterMs: 86_400_000, untilMs: 90_000_000 },
    { afterMs: 604_800_000, untilMs: 608_400_000 },
  ]);
});

it('after an outage, what overlaps is read once', () => {
  expect(datesNoticed({ afterMs: 0, untilMs: 3 * dayMs }, [0, 1, 2, 30])).toEqual([
    { afterMs: 0, untilMs: 5 * dayMs },
    { afterMs: 30 * dayMs, untilMs: 33 * dayMs },
  ]);
});

it('a date lies within an interval after its start, until and with its end', () => {
  const interval = { afterMs: 10, untilMs: 20 };
  expect([10, 11, 20, 21].map((atMs) => isWithin(interval, atMs))).toEqual([false, true, true, false]);
});

it('a date is covered exactly when one of its notices falls into the time, and by one interval only', () => {
  fc.assert(
    fc.property(
      fc.record({ afterMs: fc.integer({ min: 0, max: 10 * dayMs }), lengthMs: fc.integer({ min: 1, max: 40 * dayMs }) }),
      fc.array(fc.integer({ min: 0, max: 365 }), { maxLength: 12 }),
      fc.integer({ min: 0, max: 420 * dayMs }),
      ({ afterMs, lengthMs }, days, atMs) => {
        const noticed = { afterMs, untilMs: afterMs + lengthMs };
        const isNoticed = days.some((ahead) => atMs - ahead * dayMs > afterMs && atMs - ahead * dayMs <= afterMs + lengthMs);
        expect(datesNoticed(noticed, days).filter((interval) => isWithin(interval, atMs))).toHaveLength(isNoticed ? 1 : 0);
      },
    ),
  );
});
