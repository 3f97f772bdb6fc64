import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { _Record, ShardIteratorType } from '@aws-sdk/client-dynamodb-streams';
import { BatchWriteCommand, DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createTable, errorOf, newTableName, useStore } from './store.ts';
import { tableLike } from './tableLike.ts';

const names = (records: _Record[]) => records.map((record) => record.dynamodb?.Keys?.['pk']?.S);

describe('streams', () => {
  const store = useStore();

  async function newTable(viewType: 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY' = 'NEW_AND_OLD_IMAGES'): Promise<string> {
    const name = newTableName();
    const definition = tableLike(name);
    await createTable(store.client, {
      ...definition,
      StreamSpecification: { StreamEnabled: true, StreamViewType: viewType },
    });
    return name;
  }

  async function streamArn(TableName: string): Promise<string> {
    return (await store.client.send(new DescribeTableCommand({ TableName }))).Table?.LatestStreamArn ?? '';
  }

  async function iterator(StreamArn: string, ShardIteratorType: ShardIteratorType, SequenceNumber?: string) {
    const { StreamDescription } = await store.streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId ?? '';
    const request = { StreamArn, ShardId, ShardIteratorType, ...(SequenceNumber === undefined ? {} : { SequenceNumber }) };
    return (await store.streams.send(new GetShardIteratorCommand(request))).ShardIterator;
  }

  async function read(ShardIterator: string | undefined, Limit?: number): Promise<_Record[]> {
    const { Records } = await store.streams.send(new GetRecordsCommand({ ShardIterator, ...(Limit === undefined ? {} : { Limit }) }));
    return Records ?? [];
  }

  const all = async (table: string) => read(await iterator(await streamArn(table), 'TRIM_HORIZON'));
  const put = (TableName: string, pk: string, rest: object = {}) =>
    store.doc.send(new PutCommand({ TableName, Item: { pk, sk: 's', ...rest } }));

  it('insert, change and removal are told in order, with the images before and after', async () => {
    const TableName = await newTable();
    const Key = { pk: 'a', sk: 's' };
    await put(TableName, 'a', { n: 1 });
    await store.doc.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': 2 } }));
    await store.doc.send(new DeleteCommand({ TableName, Key }));
    const records = await all(TableName);
    const keys = { pk: { S: 'a' }, sk: { S: 's' } };
    expect(records.map(({ eventName, dynamodb, userIdentity }) => [eventName, dynamodb?.Keys, dynamodb?.OldImage, dynamodb?.NewImage, userIdentity])).toEqual([
      ['INSERT', keys, undefined, { ...keys, n: { N: '1' } }, undefined],
      ['MODIFY', keys, { ...keys, n: { N: '1' } }, { ...keys, n: { N: '2' } }, undefined],
      ['REMOVE', keys, { ...keys, n: { N: '2' } }, undefined, undefined],
    ]);
    const numbers = records.map((record) => BigInt(record.dynamodb?.SequenceNumber ?? 0));
    expect(numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0n))).toBe(true);
    expect(records.map((record) => [record.eventSource, record.dynamodb?.StreamViewType])).toEqual(
      Array.from({ length: 3 }, () => ['aws:dynamodb', 'NEW_AND_OLD_IMAGES']),
    );
  });

  it('a write that changes nothing, a refused one and a deletion of nothing leave no record', async () => {
    const TableName = await newTable();
    await put(TableName, 'a', { set: new Set(['x', 'y']), m: { b: 1, c: 2 } });
    await put(TableName, 'a', { m: { c: 2, b: 1 }, set: new Set(['x', 'y']) });
    await store.doc.send(new DeleteCommand({ TableName, Key: { pk: 'nothing', sk: 's' } }));
    const refused = new PutCommand({ TableName, Item: { pk: 'a', sk: 's' }, ConditionExpression: 'attribute_not_exists(pk)' });
    await errorOf(store.doc.send(refused));
    const check = { ConditionCheck: { TableName, Key: { pk: 'a', sk: 's' }, ConditionExpression: 'attribute_exists(pk)' } };
    await store.doc.send(new TransactWriteCommand({ TransactItems: [check] }));
    expect((await all(TableName)).map((record) => record.eventName)).toEqual(['INSERT']);
  });

  it('transactions and batches are told item by item', async () => {
    const TableName = await newTable();
    await put(TableName, 'old');
    const changes = [
      { Put: { TableName, Item: { pk: 't1', sk: 's' } } },
      { Update: { TableName, Key: { pk: 't2', sk: 's' }, UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': 1 } } },
      { Delete: { TableName, Key: { pk: 'old', sk: 's' } } },
    ];
    await store.doc.send(new TransactWriteCommand({ TransactItems: changes }));
    const puts = ['b1', 'b2'].map((pk) => ({ PutRequest: { Item: { pk, sk: 's' } } }));
    await store.doc.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
    const told = (await all(TableName)).map((record) => `${record.eventName} ${record.dynamodb?.Keys?.['pk']?.S}`);
    expect(told.slice(1, 4).sort()).toEqual(['INSERT t1', 'INSERT t2', 'REMOVE old']);
    expect(told.slice(4).sort()).toEqual(['INSERT b1', 'INSERT b2']);
  });

  it('a stream of keys holds keys only', async () => {
    const TableName = await newTable('KEYS_ONLY');
    await put(TableName, 'a', { secret: 'x' });
    const [record] = await all(TableName);
    expect(record?.dynamodb?.Keys).toEqual({ pk: { S: 'a' }, sk: { S: 's' } });
    expect([record?.dynamodb?.NewImage, record?.dynamodb?.OldImage]).toEqual([undefined, undefined]);
  });

  it('a reader goes on where it stopped, by iterator and by sequence number', async () => {
    const TableName = await newTable();
    const arn = await streamArn(TableName);
    for (const pk of ['a', 'b', 'c', 'd']) await put(TableName, pk);
    const first = await store.streams.send(new GetRecordsCommand({ ShardIterator: await iterator(arn, 'TRIM_HORIZON'), Limit: 2 }));
    expect(names(first.Records ?? [])).toEqual(['a', 'b']);
    expect(names(await read(first.NextShardIterator))).toEqual(['c', 'd']);
    const second = first.Records?.[1]?.dynamodb?.SequenceNumber;
    expect(names(await read(await iterator(arn, 'AFTER_SEQUENCE_NUMBER', second)))).toEqual(['c', 'd']);
    expect(names(await read(await iterator(arn, 'AT_SEQUENCE_NUMBER', second)))).toEqual(['b', 'c', 'd']);
  });

  it('a reader that starts at the end sees what comes after', async () => {
    const TableName = await newTable();
    await put(TableName, 'before');
    const atEnd = await iterator(await streamArn(TableName), 'LATEST');
    expect(await read(atEnd)).toEqual([]);
    await put(TableName, 'after');
    expect(names(await read(atEnd))).toEqual(['after']);
  });

  it('a table’s stream is listed and described', async () => {
    const arn = await streamArn(store.table);
    const { Streams } = await store.streams.send(new ListStreamsCommand({ TableName: store.table }));
    expect(Streams?.map((stream) => [stream.TableName, stream.StreamArn])).toEqual([[store.table, arn]]);
    const { StreamDescription } = await store.streams.send(new DescribeStreamCommand({ StreamArn: arn }));
    expect([StreamDescription?.TableName, StreamDescription?.StreamStatus]).toEqual([store.table, 'ENABLED']);
    expect(StreamDescription?.StreamViewType).toBe('NEW_AND_OLD_IMAGES');
  });
});
