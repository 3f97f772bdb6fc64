import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../local/eventbridge/eventPattern.ts';
import { createFixture } from './stream.ts';
import type { StreamFixture } from './stream.ts';

let stream: StreamFixture;

beforeEach(async () => {
  stream = await createFixture();
});
afterEach(() => stream.close());

describe('a change in a table', () => {
  it("reaches the function as Lambda's record of it", async () => {
    await stream.put('a');
    await stream.open().idle();
    expect(stream.records).toEqual([
      {
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/u),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys: { pk: { S: 'a' } },
          NewImage: { pk: { S: 'a' }, type: { S: 'key.created' } },
          SequenceNumber: expect.stringMatching(/^\d{21,}$/u),
          SizeBytes: expect.any(Number),
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: stream.streamArn,
      },
    ]);
  });

  it('by TTL says that the service made it; one by hand does not', async () => {
    await stream.tables.call('UpdateTimeToLive', { TableName: 'keys', TimeToLiveSpecification: { AttributeName: 'purgeAt', Enabled: true } });
    await stream.tables.call('PutItem', { TableName: 'keys', Item: { pk: { S: 'old' }, purgeAt: { N: String(Math.floor(Date.now() / 1000) - 60) } } });
    await stream.dynamo.sweepTtl();
    await stream.put('a');
    await stream.tables.call('DeleteItem', { TableName: 'keys', Key: { pk: { S: 'a' } } });
    await stream.open().idle();
    expect(stream.records.map(({ eventName, userIdentity }) => [eventName, userIdentity])).toEqual([
      ['INSERT', undefined],
      ['REMOVE', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }],
      ['INSERT', undefined],
      ['REMOVE', undefined],
    ]);
  });

  it.each([['told', true], ['asking', false]])('reaches the function by itself (%s)', async (_, isTold) => {
    const eventSources = stream.open({}, isTold);
    await eventSources.idle();
    await stream.put('a');
    await expect.poll(() => stream.calls).toEqual([['a']]);
  });

  it('that no filter lets through never wakes the function', async () => {
    const filters = [compilePattern({ eventName: ['INSERT'], dynamodb: { NewImage: { pk: { S: [{ prefix: 'EVENTS#' }] } } } })];
    await stream.put('KEY#1', 'EVENTS#1', 'KEY#2');
    const eventSources = stream.open({ filters });
    await eventSources.idle();
    expect(stream.calls).toEqual([['EVENTS#1']]);
    await stream.put('KEY#3', 'EVENTS#1');
    await eventSources.idle();
    expect(stream.calls).toEqual([['EVENTS#1']]);
  });

  it('comes in the order of the table, in batches no larger than asked for', async () => {
    await stream.put('a', 'b', 'c', 'd', 'e');
    await stream.open({ batchSize: 2 }).idle();
    expect(stream.calls).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('waits the batching window for others', async () => {
    const eventSources = stream.open({ batchingWindowSec: 3 });
    await eventSources.idle();
    await stream.put('a');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stream.calls).toEqual([]);
    await stream.put('b');
    await expect.poll(() => stream.calls).toEqual([['a', 'b']]);
  });

  it('waits no batching window where somebody waits for all of them', async () => {
    // Longer than the test may take.
    const eventSources = stream.open({ batchingWindowSec: 300 });
    await eventSources.idle();
    await stream.put('a');
    await eventSources.idle();
    expect(stream.calls).toEqual([['a']]);
  });

  it('from before the mapping is left out where it starts with the newest', async () => {
    await stream.put('old');
    const eventSources = stream.open({ startingPosition: 'LATEST' });
    await eventSources.idle();
    await stream.put('new');
    await eventSources.idle();
    expect(stream.calls).toEqual([['new']]);
  });
});
