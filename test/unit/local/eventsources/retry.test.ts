import { describe, expect, it } from 'vitest';
import { failedFrom } from '../../../../local/eventsources/batchResponse.ts';
import { backOffMs, expiredCount, judge } from '../../../../local/eventsources/retry.ts';
import type { Piece, Verdict } from '../../../../local/eventsources/retry.ts';
import type { PendingRecord, RetryPolicy } from '../../../../local/eventsources/streamMapping.ts';

const policy: RetryPolicy = { bisects: true, maximumRetryAttempts: 2, maximumRecordAgeSec: 60 };

function records(names: string, readMs = 0): PendingRecord[] {
  return [...names].map((name) => ({ readMs, record: { dynamodb: { SequenceNumber: name, ApproximateCreationDateTime: 0 } } as PendingRecord['record'] }));
}
const names = (list: readonly PendingRecord[]): string => list.map(({ record }) => record.dynamodb.SequenceNumber).join('');
const piece = (of: string, failedAttempts = 0): Piece => ({ records: records(of), failedAttempts });
/** `done / given up / what is next, with the failed attempts of each`. */
const told = ({ done, givenUp, next }: Verdict): string => [names(done), names(givenUp), next.map((one) => `${names(one.records)}${one.failedAttempts}`).join(' ')].join('/');

describe('after a try', () => {
  it.each([
    ['all went well', piece('abcd'), null, policy, 'abcd//'],
    ['it failed at the first of several: they are cut in two, which is no retry', piece('abcde', 1), 0, policy, '//abc1 de1'],
    ['it failed at a later one: what is before is done, the rest is cut off there', piece('abcd', 1), 2, policy, 'ab//cd1'],
    ['one record failed', piece('a', 1), 0, policy, '//a2'],
    ['one record failed once too often', piece('a', 2), 0, policy, '/a/'],
    ['several failed, and batches stay whole', piece('abc'), 0, { ...policy, bisects: false }, '//abc1'],
    ['some failed, and batches stay whole', piece('abc'), 1, { ...policy, bisects: false }, 'a//bc1'],
    ['some failed once too often, and batches stay whole', piece('abc', 2), 1, { ...policy, bisects: false }, 'a/bc/'],
    ['no retry is wanted', piece('a'), 0, { ...policy, maximumRetryAttempts: 0 }, '/a/'],
    ['retries have no end', piece('a', 9999), 0, { ...policy, maximumRetryAttempts: -1 }, '//a10000'],
  ])('%s', (_, tried, failed, given, answer) => {
    expect(told(judge(tried, failed, given))).toBe(answer);
  });

  it('the pauses grow up to one second', () => {
    expect([0, 1, 2, 3, 4, 10].map((attempts) => backOffMs(piece('a', attempts)))).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it.each([
    [60, 60_000, 0],
    [60, 60_001, 2],
    [-1, 86_400_000, 0],
    [-1, 86_400_001, 2],
  ])('with an age of at most %d s, after %d ms, %d records are too old', (maximumRecordAgeSec, nowMs, count) => {
    expect(expiredCount([...records('ab'), ...records('c', 70_000), ...records('d')], { ...policy, maximumRecordAgeSec }, nowMs)).toBe(count);
  });
});

describe("a function's answer", () => {
  const answer = (value: unknown): { ok: true; payload: string } => ({ ok: true, payload: JSON.stringify(value) });

  it.each([
    ['null', null, null],
    ['an empty object', {}, null],
    ['an empty list', { batchItemFailures: [] }, null],
    ['no list', { batchItemFailures: null }, null],
    ['one record', { batchItemFailures: [{ itemIdentifier: 'c' }] }, 2],
    ['several records, the lowest not first', { batchItemFailures: [{ itemIdentifier: 'd' }, { itemIdentifier: 'b' }] }, 1],
    ['a record that was not in the batch', { batchItemFailures: [{ itemIdentifier: 'x' }, { itemIdentifier: 'c' }] }, 0],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, 0],
    ['an identifier under another name', { batchItemFailures: [{ itemIdentifer: 'c' }] }, 0],
    ['something else', { batchItemFailures: 'c' }, 0],
  ])('with %s', (_, value, from) => {
    expect(failedFrom(answer(value), records('abcd'), true)).toBe(from);
  });

  it('is not read where failures are not reported', () => {
    expect(failedFrom(answer({ batchItemFailures: [{ itemIdentifier: 'c' }] }), records('abcd'), false)).toBe(null);
  });

  it('that is an error stands for the whole batch', () => {
    expect(failedFrom({ ok: false, error: { errorType: 'Error', errorMessage: 'no' } }, records('abcd'), true)).toBe(0);
  });
});
