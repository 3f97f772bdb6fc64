import { describe, expect, it } from 'vitest';
import { createClock } from '../../../local/clock.ts';

describe("the platform's clock", () => {
  it('moves forward by what it is told, and tells who listens', () => {
    const clock = createClock(1_000);
    const heard: number[] = [];
    clock.onMove((offsetMs) => heard.push(offsetMs));
    clock.advance(500);
    clock.advance(0);
    expect([clock.offsetMs(), heard]).toEqual([1_500, [1_500, 1_500]]);
    expect(Math.abs(clock.nowMs() - Date.now() - 1_500)).toBeLessThan(100);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15])('does not move by %d', (ms) => {
    const clock = createClock();
    expect(() => clock.advance(ms)).toThrow(RangeError);
    expect(clock.offsetMs()).toBe(0);
  });
});
