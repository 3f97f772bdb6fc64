import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counterKey, purgeAtSec } from '../../../shared/limits/policy.ts';
import { windowsAt } from '../../../shared/limits/windows.ts';

const at = Date.parse;
const starts = (...args: Parameters<typeof windowsAt>) => windowsAt(...args).map(({ startMs }) => new Date(startMs).toISOString());

describe('the windows of a request', () => {
  it.each([
    ['2026-11-22T10:00:00.200Z', ['2026-11-22T10:00:00.000Z']],
    ['2026-11-22T10:00:00.199Z', ['2026-11-22T09:59:00.000Z', '2026-11-22T10:00:00.000Z']],
    ['2026-11-22T10:00:59.799Z', ['2026-11-22T10:00:00.000Z']],
    ['2026-11-22T10:00:59.800Z', ['2026-11-22T10:00:00.000Z', '2026-11-22T10:01:00.000Z']],
  ])('of 60 s at %s are %j', (time, expected) => {
    expect(starts({ windowSec: 60 }, at(time))).toEqual(expected);
  });

  it.each([
    ['2026-12-31T23:59:59.799Z', ['2026-12-01T00:00:00.000Z']],
    ['2026-12-31T23:59:59.800Z', ['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']],
    ['2027-01-01T00:00:00.199Z', ['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']],
    ['2028-02-29T12:00:00.000Z', ['2028-02-01T00:00:00.000Z']],
  ])('of a month at %s are %j', (time, expected) => {
    expect(starts('month', at(time))).toEqual(expected);
  });

  it('hold the true time of every clock that is at most 200 ms off', () => {
    const span = fc.oneof(fc.constant('month' as const), fc.record({ windowSec: fc.integer({ min: 1, max: 86_400 }) }));
    fc.assert(
      fc.property(span, fc.integer({ min: 0, max: at('2100-01-01') }), fc.integer({ min: -200, max: 200 }), (span, trueMs, skewMs) => {
        const windows = windowsAt(span, trueMs + skewMs);
        expect(windows.filter(({ startMs, endMs }) => startMs <= trueMs && trueMs < endMs)).toHaveLength(1);
      }),
    );
  });
});

describe('a counter', () => {
  const key = { name: 'default', code: 'rate_limited', subjectId: 'key_1', limit: 5 } as const;

  it('of a window has a key of its own and is kept an hour longer', () => {
    const policy = { ...key, span: { windowSec: 60 } };
    const [window] = windowsAt(policy.span, at('2026-11-22T10:00:30Z'));
    expect(window && counterKey(policy, window)).toEqual({ pk: 'LIMIT#key_1#1795341600#60', sk: 'COUNT' });
    expect(window && purgeAtSec(policy, window)).toBe(at('2026-11-22T11:01:00Z') / 1000);
  });

  it('of a month stands under its month and is kept 90 days longer', () => {
    const policy = { ...key, span: 'month' as const };
    const [window] = windowsAt('month', at('2026-11-22T10:00:30Z'));
    expect(window && counterKey(policy, window)).toEqual({ pk: 'QUOTA#key_1', sk: '2026-11' });
    expect(window && purgeAtSec(policy, window)).toBe(at('2027-03-01T00:00:00Z') / 1000);
  });
});
