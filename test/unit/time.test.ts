import { describe, expect, it } from 'vitest';
import { anyTimestamp, timestamp, toIso } from '../../shared/time.ts';

describe('a time that a caller writes', () => {
  it.each([
    ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00.123456Z', '2027-01-31T12:00:00.123Z'],
    ['2027-01-31T12:00:00+02:00', '2027-01-31T10:00:00.000Z'],
    ['2027-01-01T00:30:00+01:00', '2026-12-31T23:30:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is kept in UTC as %s', (text, kept) => {
    expect(anyTimestamp.parse(text)).toBe(kept);
  });

  it.each([
    ['a day that is not', '2027-02-29T00:00:00Z'],
    ['no zone', '2027-01-31T12:00:00'],
    ['a date alone', '2027-01-31'],
    ['no seconds', '2027-01-31T12:00Z'],
    ['the hour 24', '2027-01-31T24:00:00Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
    ['a year of five digits', '12027-01-31T12:00:00Z'],
    ['words', 'tomorrow'],
    ['nothing', ''],
    ['another line after it', '2027-01-31T12:00:00Z\n'],
    ['milliseconds since the epoch', 1_795_334_400_000],
    ['null', null],
  ])('is refused with %s, once and with an example', (_, value) => {
    expect(anyTimestamp.safeParse(value).error?.issues.map(({ message }) => message)).toEqual([
      'must be an ISO 8601 time such as "2027-01-31T12:00:00Z"',
    ]);
  });

  it('is refused where its zone carries it past the year 9999', () => {
    expect(anyTimestamp.safeParse('9999-12-31T23:30:00-01:00').error?.issues.map(({ message }) => message)).toEqual([
      'must lie before the year 10000',
    ]);
    expect(anyTimestamp.safeParse('+010000-01-01T00:00:00Z').success).toBe(false);
  });
});

describe('a time that the API writes', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [1_795_334_400_001, '2026-11-22T08:00:00.001Z'],
    [253_402_300_799_999, '9999-12-31T23:59:59.999Z'],
  ])('%i ms is %s', (ms, text) => {
    expect(toIso(ms)).toBe(text);
  });

  it.each([253_402_300_800_000, 8_640_000_000_000_001, Number.POSITIVE_INFINITY])(
    '%s ms, beyond the calendar, is its last moment, which can be read again',
    (ms) => {
      expect(toIso(ms)).toBe('9999-12-31T23:59:59.999Z');
      expect(timestamp.safeParse(toIso(ms)).success).toBe(true);
    },
  );
});
