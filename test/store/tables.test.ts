import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTable, errorOf, newTableName, useStore } from './store.ts';
import { tableLike } from './tableLike.ts';

describe('tables', () => {
  const store = useStore();

  it('a table is described as it was asked for', async () => {
    const { Table } = await store.client.send(new DescribeTableCommand({ TableName: store.table }));
    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    expect(Table?.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(Table?.GlobalSecondaryIndexes?.map((index) => [index.IndexName, index.IndexStatus])).toEqual([['byGroup', 'ACTIVE']]);
    expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(Table?.LatestStreamArn).toContain(`table/${store.table}/stream/`);
  });

  it('a second table of the same name is refused', async () => {
    const error = await errorOf(store.client.send(new CreateTableCommand(tableLike(store.table))));
    expect(error.name).toBe('ResourceInUseException');
  });

  it('a protected table is deleted only once its protection is off', async () => {
    const TableName = newTableName();
    await createTable(store.client, { ...tableLike(TableName), DeletionProtectionEnabled: true, TableClass: 'STANDARD' });
    expect((await errorOf(store.client.send(new DeleteTableCommand({ TableName })))).name).toBe('ValidationException');
    await store.client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await store.client.send(new DeleteTableCommand({ TableName }));
    const error = await errorOf(store.client.send(new DescribeTableCommand({ TableName })));
    expect(error.name).toBe('ResourceNotFoundException');
    const { TableNames } = await store.client.send(new ListTablesCommand({}));
    expect(TableNames).toContain(store.table);
    expect(TableNames).not.toContain(TableName);
  });

  it('an index added later holds the items that were there before', async () => {
    const TableName = newTableName();
    await createTable(store.client, tableLike(TableName));
    await store.doc.send(new PutCommand({ TableName, Item: { pk: 'a', sk: 's', colour: 'red' } }));
    await store.doc.send(new PutCommand({ TableName, Item: { pk: 'b', sk: 's' } }));
    const Create = {
      IndexName: 'byColour',
      KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' as const }],
      Projection: { ProjectionType: 'ALL' as const },
    };
    const AttributeDefinitions = [{ AttributeName: 'colour', AttributeType: 'S' as const }];
    await store.client.send(new UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] }));
    const find = new QueryCommand({
      TableName,
      IndexName: 'byColour',
      KeyConditionExpression: 'colour = :c',
      ExpressionAttributeValues: { ':c': 'red' },
    });
    for (let tries = 0; tries < 100; tries += 1) {
      const { Table } = await store.client.send(new DescribeTableCommand({ TableName }));
      if (Table?.GlobalSecondaryIndexes?.every((index) => index.IndexStatus === 'ACTIVE')) break;
      await sleep(200);
    }
    expect((await store.doc.send(find)).Items).toEqual([{ pk: 'a', sk: 's', colour: 'red' }]);
  });

  it('an operation on a table that is not there is a ResourceNotFoundException', async () => {
    const call = store.doc.send(new GetCommand({ TableName: 'not-there', Key: { pk: 'a', sk: 's' } }));
    expect((await errorOf(call)).name).toBe('ResourceNotFoundException');
  });
});
