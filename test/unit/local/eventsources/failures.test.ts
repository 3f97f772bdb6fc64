import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFixture, failAt, functionArn } from './stream.ts';
import type { StreamFixture } from './stream.ts';

let stream: StreamFixture;

beforeEach(async () => {
  stream = await createFixture();
});
afterEach(() => stream.close());

describe('a record that keeps failing', () => {
  it('rests in the queue, and those behind it go on', async () => {
    stream.answer = failAt('c');
    await stream.put('a', 'b', 'c', 'd');
    await stream.open().idle();
    const [, , failed] = stream.records.map(({ dynamodb }) => dynamodb);
    expect(stream.calls).toEqual([['a', 'b', 'c', 'd'], ['c', 'd'], ['c'], ['c'], ['d']]);
    const arrivedAt = new Date((failed?.ApproximateCreationDateTime ?? 0) * 1000).toISOString().replace('.000Z', 'Z');
    expect(stream.queued).toEqual([
      {
        requestContext: { requestId: expect.any(String), functionArn, condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST' },
        version: '1.0',
        timestamp: '2026-11-22T08:00:00.000Z',
        DDBStreamBatchInfo: {
          shardId: 'shardId-00000000000000000000-00000001',
          startSequenceNumber: failed?.SequenceNumber,
          endSequenceNumber: failed?.SequenceNumber,
          approximateArrivalOfFirstRecord: arrivedAt,
          approximateArrivalOfLastRecord: arrivedAt,
          batchSize: 1,
          streamArn: stream.streamArn,
        },
      },
    ]);
    expect(stream.logged).toHaveLength(1);
  });

  it('by throwing is found by cutting its batch in two', async () => {
    stream.answer = (keys) => {
      if (keys.includes('c')) throw new Error('broken');
    };
    await stream.put('a', 'b', 'c', 'd');
    await stream.open({ reportsItemFailures: false }).idle();
    expect(stream.calls).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['c', 'd'], ['c'], ['c'], ['d']]);
    expect(stream.queued).toMatchObject([{ requestContext: { condition: 'RetryAttemptsExhausted' }, responseContext: { functionError: 'Unhandled' }, DDBStreamBatchInfo: { batchSize: 1 } }]);
  });

  it('takes its batch along where batches stay whole', async () => {
    stream.answer = failAt('b');
    await stream.put('a', 'b', 'c');
    await stream.open({ retries: { bisects: false, maximumRetryAttempts: 1, maximumRecordAgeSec: -1 } }).idle();
    expect(stream.calls).toEqual([['a', 'b', 'c'], ['b', 'c']]);
    expect(stream.queued).toMatchObject([{ requestContext: { approximateInvokeCount: 2 }, DDBStreamBatchInfo: { batchSize: 2 } }]);
  });

  it('is given up when it has become too old, however many tries are left', async () => {
    stream.answer = failAt('a');
    await stream.put('a');
    await stream.open({ retries: { bisects: true, maximumRetryAttempts: -1, maximumRecordAgeSec: 0.25 } }).idle();
    expect(stream.calls.length).toBeGreaterThan(1);
    expect(stream.queued).toMatchObject([{ requestContext: { condition: 'RecordAgeExceeded' }, DDBStreamBatchInfo: { batchSize: 1 } }]);
  });

  it('goes through as soon as it no longer fails, once', async () => {
    let failures = 2;
    stream.answer = (keys, records) => (failures-- > 0 ? failAt('a')(keys, records) : null);
    await stream.put('a');
    await stream.open({ retries: { bisects: true, maximumRetryAttempts: 5, maximumRecordAgeSec: -1 } }).idle();
    expect(stream.calls).toEqual([['a'], ['a'], ['a']]);
    expect(stream.queued).toEqual([]);
  });
});

it('a function that cannot be called keeps nothing back for ever', async () => {
  await stream.put('a');
  await stream.open({ functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:gone' }).idle();
  expect(stream.queued).toMatchObject([{ requestContext: { condition: 'RetryAttemptsExhausted' } }]);
});
