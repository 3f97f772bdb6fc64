import { afterEach, expect, it } from 'vitest';
import { createEventSources } from '../../../../local/eventsources/eventSources.ts';
import type { EventSources } from '../../../../local/eventsources/eventSources.ts';
import type { StreamMapping } from '../../../../local/eventsources/streamMapping.ts';
import { DynamoError } from '../../../../local/tables/dynamoClient.ts';

const mapping: StreamMapping = {
  id: 'mails',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:mail',
  streamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/keys/stream/2026-11-22T08:00:00.000',
  startingPosition: 'TRIM_HORIZON',
  batchSize: 100,
  batchingWindowSec: 0,
  filters: [],
  reportsItemFailures: true,
  retries: { bisects: true, maximumRetryAttempts: 1, maximumRecordAgeSec: -1 },
  onFailureArn: undefined,
};

interface ShardFixture {
  readonly parent?: string;
  readonly records: readonly string[];
  readonly isClosed: boolean;
}

let eventSources: EventSources;
afterEach(() => eventSources.stop());

/** A stream of several shards, as stores that split them have; `failing` calls fail by their number. */
function open(shards: Readonly<Record<string, ShardFixture>>, failing: Readonly<Record<number, DynamoError>> = {}): { calls: string[][]; logged: string[] } {
  const [calls, logged]: [string[][], string[]] = [[], []];
  let count = 0;
  const answer = (operation: string, input: Record<string, string>): Record<string, unknown> => {
    const failure = failing[(count += 1)];
    if (failure) throw failure;
    // One shard a page, the youngest first: nothing may rest on the order of the list.
    const names = Object.keys(shards).toReversed();
    if (operation === 'DescribeStream') {
      const name = names[names.indexOf(input['ExclusiveStartShardId'] ?? '') + 1] ?? '';
      return { StreamDescription: { Shards: [{ ShardId: name, ParentShardId: shards[name]?.parent }], ...(name !== names.at(-1) && { LastEvaluatedShardId: name }) } };
    }
    const position = { TRIM_HORIZON: 0, AFTER_SEQUENCE_NUMBER: Number(input['SequenceNumber']) }[input['ShardIteratorType'] ?? ''];
    if (operation === 'GetShardIterator') return { ShardIterator: `${input['ShardId']}:${position}` };
    const [name = '', after = ''] = input['ShardIterator']?.split(':') ?? [];
    const { records = [], isClosed = false } = shards[name] ?? {};
    const sequenceOf = (key: string): number => Number(/\d+/u.exec(key)?.[0]);
    const found = records.filter((key) => sequenceOf(key) > Number(after)).slice(0, 1);
    const last = sequenceOf(found[0] ?? after);
    const hasMore = records.some((key) => sequenceOf(key) > last);
    return {
      Records: found.map((key) => ({ eventID: key, eventName: 'INSERT', eventVersion: '1.1', dynamodb: { Keys: { pk: { S: key } }, ApproximateCreationDateTime: 0, SequenceNumber: String(last) } })),
      ...((hasMore || !isClosed) && { NextShardIterator: `${name}:${last}` }),
    };
  };
  eventSources = createEventSources({
    dataDir: undefined,
    region: 'us-east-1',
    streams: { endpoint: '', call: (operation, input) => new Promise((resolve) => resolve(answer(operation, input as Record<string, string>))) },
    onGrowth: undefined,
    lambda: {
      invoke(_, payload) {
        calls.push((JSON.parse(payload) as { Records: { eventID: string }[] }).Records.map(({ eventID }) => eventID));
        return Promise.resolve({ ok: true, payload: 'null' });
      },
    },
    queues: { send: () => '' },
    nowMs: Date.now,
    log: (line) => void logged.push(line),
  });
  eventSources.add(mapping);
  eventSources.start();
  return { calls, logged };
}

it('a shard is read when the one that it came from was read to its end', async () => {
  const { calls } = open({
    old: { records: ['a1', 'b2', 'c3'], isClosed: true },
    middle: { parent: 'old', records: ['d4'], isClosed: true },
    young: { parent: 'middle', records: ['e5'], isClosed: false },
  });
  await eventSources.idle();
  expect(calls.flat()).toEqual(['a1', 'b2', 'c3', 'd4', 'e5']);
});

it('a shard whose parent the stream has forgotten is read', async () => {
  const { calls } = open({ young: { parent: 'forgotten', records: ['a1'], isClosed: false } });
  await expect.poll(() => calls.flat()).toEqual(['a1']);
});

it('an iterator that has expired is asked for again, from where the mapping is', async () => {
  // DescribeStream, GetShardIterator, GetRecords, and the fourth call fails.
  const { calls, logged } = open({ only: { records: ['a1', 'b2'], isClosed: false } }, { 4: new DynamoError('ExpiredIteratorException', 'expired') });
  await expect.poll(() => calls.flat()).toEqual(['a1', 'b2']);
  expect(logged).toEqual([]);
});

it('a store that does not answer for a moment loses nothing, and the log says so', async () => {
  const { calls, logged } = open({ only: { records: ['a1'], isClosed: false } }, { 1: new DynamoError('ServiceUnavailable', 'not now'), 3: new DynamoError('ServiceUnavailable', 'nor now') });
  await expect.poll(() => calls.flat()).toEqual(['a1']);
  expect(logged.map((line) => line.slice(-15))).toEqual(['listed: not now', 'e read: nor now']);
});
