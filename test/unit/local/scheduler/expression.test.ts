import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../../local/scheduler/expression.ts';

const at = (text: string): number => Date.parse(text);

function next(expression: string, after: string, zone = 'UTC', start = after): string | undefined {
  const ms = parseExpression(expression, zone).next(at(after), at(start));
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

describe('when a schedule is next due', () => {
  it.each([
    ['daily, later today', 'cron(17 3 * * ? *)', '2026-11-22T03:16:59.999Z', '2026-11-22T03:17:00.000Z'],
    ['daily, tomorrow', 'cron(17 3 * * ? *)', '2026-11-22T03:17:00.000Z', '2026-11-23T03:17:00.000Z'],
    ['hourly', 'cron(0 * * * ? *)', '2026-11-22T23:30:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['every quarter of an hour', 'cron(0/15 * * * ? *)', '2026-11-22T08:16:00.000Z', '2026-11-22T08:30:00.000Z'],
    ['on weekdays', 'cron(0 9 ? * MON-FRI *)', '2026-11-20T09:00:00.000Z', '2026-11-23T09:00:00.000Z'],
    ['on a list of days', 'cron(0 9 1,15 * ? *)', '2026-11-02T00:00:00.000Z', '2026-11-15T09:00:00.000Z'],
    ['in a month by its name', 'cron(0 0 1 JAN ? *)', '2026-11-22T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['on a leap day', 'cron(0 0 29 2 ? *)', '2026-11-22T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['at midnight after a day that does not match', 'cron(0 0 ? * SUN *)', '2026-11-21T22:59:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['once', 'at(2026-11-22T09:00:00)', '2026-11-22T08:00:00.000Z', '2026-11-22T09:00:00.000Z'],
  ])('%s', (_, expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it.each([
    ['every hour', 'rate(1 hour)', '2026-11-22T10:15:00.000Z', '2026-11-22T11:00:00.000Z'],
    ['exactly when it was due', 'rate(1 hour)', '2026-11-22T11:00:00.000Z', '2026-11-22T12:00:00.000Z'],
    ['every five minutes', 'rate(5 minutes)', '2026-11-22T08:01:00.000Z', '2026-11-22T08:05:00.000Z'],
  ])('counted from its start: %s', (_, expression, after, expected) => {
    expect(next(expression, after, 'UTC', '2026-11-22T08:00:00.000Z')).toBe(expected);
  });

  it.each([
    ['in summer', '2026-07-01T00:00:00.000Z', '2026-07-01T07:00:00.000Z'],
    ['in winter', '2026-12-01T00:00:00.000Z', '2026-12-01T08:00:00.000Z'],
    ['on the day that clocks go back', '2026-10-25T00:00:00.000Z', '2026-10-25T08:00:00.000Z'],
  ])('in a time zone, %s', (_, after, expected) => {
    expect(next('cron(0 9 * * ? *)', after, 'Europe/Berlin')).toBe(expected);
  });

  it('never again, once its only time is over', () => {
    expect(next('at(2026-11-22T09:00:00)', '2026-11-22T09:00:00.000Z')).toBeUndefined();
    expect(next('cron(0 0 1 1 ? 2026)', '2026-11-22T09:00:00.000Z')).toBeUndefined();
  });
});

it.each(['every day', 'rate(0 minutes)', 'rate(1 week)', 'cron(0 3 * * *)', 'cron(0 3 * * * *)', 'cron(0 3 ? * ? *)', 'cron(60 3 * * ? *)', 'cron(0 3 L * ? *)', 'at(tomorrow)'])('%s is refused', (expression) => {
  expect(() => parseExpression(expression)).toThrow(expression);
});
