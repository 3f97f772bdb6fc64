import { DescribeTableCommand, DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { DeleteCommand, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTable, errorOf, isEmbedded, newTableName, useStore } from './store.ts';
import { tableLike } from './tableLike.ts';

describe('time to live', () => {
  const store = useStore();
  const nowSec = Math.floor(Date.now() / 1000);
  const year = 365 * 24 * 60 * 60;
  let TableName = '';

  beforeAll(async () => {
    TableName = newTableName();
    // Without the index: DynamoDB Local 2.6.1 never sweeps a table that has one.
    const { GlobalSecondaryIndexes: _, AttributeDefinitions: defined, ...definition } = tableLike(TableName);
    const AttributeDefinitions = defined?.filter(({ AttributeName: name }) => name === 'pk' || name === 'sk');
    await createTable(store.client, { ...definition, AttributeDefinitions });
    const TimeToLiveSpecification = { AttributeName: 'purgeAt', Enabled: true };
    await store.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  });

  const put = (pk: string, purgeAt?: unknown) =>
    store.doc.send(new PutCommand({ TableName, Item: { pk, sk: 's', ...(purgeAt === undefined ? {} : { purgeAt }) } }));
  const left = async () => (await store.doc.send(new ScanCommand({ TableName }))).Items?.map((item) => String(item['pk'])).sort();

  /** The embedded store sweeps when told; DynamoDB Local does it in its own time, within seconds (AWS: within days). */
  async function untilSwept(expected: string[]): Promise<void> {
    for (let tries = 0; tries < 50; tries += 1) {
      await store.embedded?.sweepTtl();
      if (JSON.stringify(await left()) === JSON.stringify(expected)) return;
      await sleep(1000);
    }
  }

  it('the setting is told, and setting it again is an error', async () => {
    const { TimeToLiveDescription } = await store.client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'purgeAt' });
    const again = { TableName, TimeToLiveSpecification: { AttributeName: 'purgeAt', Enabled: true } };
    expect((await errorOf(store.client.send(new UpdateTimeToLiveCommand(again)))).name).toBe('ValidationException');
  });

  it('items go when their time is over, and no others', async () => {
    await put('due', nowSec - 60);
    await put('due-a-year-ago', nowSec - year);
    await put('future', nowSec + 3600);
    await put('no-time');
    await put('text', String(nowSec - 60));
    await put('milliseconds', (nowSec - 60) * 1000);
    await put('over-five-years-ago', nowSec - 5 * year - 10 * 24 * 3600);
    const expected = ['future', 'milliseconds', 'no-time', 'over-five-years-ago', 'text'];
    await untilSwept(expected);
    expect(await left()).toEqual(expected);
  });

  it('until it is swept an item can be read and rescued', async () => {
    await put('rescued', Math.floor(Date.now() / 1000) + 1);
    const Key = { pk: 'rescued', sk: 's' };
    expect((await store.doc.send(new GetCommand({ TableName, Key }))).Item).toBeDefined();
    await put('rescued', nowSec + 3600);
    await sleep(2100);
    await store.embedded?.sweepTtl();
    expect((await store.doc.send(new GetCommand({ TableName, Key }))).Item).toBeDefined();
  });

  it('the stream says which deletion was the service’s and which was a caller’s', async () => {
    await put('by-hand');
    await store.doc.send(new DeleteCommand({ TableName, Key: { pk: 'by-hand', sk: 's' } }));
    const { Table } = await store.client.send(new DescribeTableCommand({ TableName }));
    const StreamArn = Table?.LatestStreamArn;
    const { StreamDescription } = await store.streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = await store.streams.send(new GetShardIteratorCommand(from));
    const { Records } = await store.streams.send(new GetRecordsCommand({ ShardIterator }));
    const removals = Records?.filter((record) => record.eventName === 'REMOVE').map((record) => [
      record.dynamodb?.Keys?.['pk']?.S,
      record.userIdentity?.Type,
      record.userIdentity?.PrincipalId,
    ]);
    expect(removals?.sort()).toEqual([
      ['by-hand', undefined, undefined],
      ['due', 'Service', 'dynamodb.amazonaws.com'],
      ['due-a-year-ago', 'Service', 'dynamodb.amazonaws.com'],
    ]);
  });
});

describe.runIf(isEmbedded)('time to live, embedded', () => {
  const store = useStore();

  it('a table with an index is swept, index included', async () => {
    const { table: TableName } = store;
    const TimeToLiveSpecification = { AttributeName: 'purgeAt', Enabled: true };
    await store.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    const Item = { pk: 'a', sk: 's', group: 'g', rank: 1, purgeAt: Math.floor(Date.now() / 1000) - 1 };
    await store.doc.send(new PutCommand({ TableName, Item }));
    expect(await store.embedded?.sweepTtl()).toBe(1);
    const { Count } = await store.doc.send(new ScanCommand({ TableName, IndexName: 'byGroup' }));
    expect(Count).toBe(0);
  });
});
