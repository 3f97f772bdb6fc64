import { CreateTableCommand, DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Database } from '../../../../local/dynamodb/database.ts';
import { Journal } from '../../../../local/dynamodb/journal.ts';
import { startDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import { tableLike } from '../../../store/tableLike.ts';
import { documentClient } from './client.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dynamo-'));
  folders.push(folder);
  return folder;
}

async function withDynamo<T>(dataDir: string, use: (dynamo: EmbeddedDynamo) => Promise<T>): Promise<T> {
  const dynamo = await startDynamo({ dataDir });
  try {
    return await use(dynamo);
  } finally {
    await dynamo.close();
  }
}

const TableName = 'kept';
const Key = { pk: 'a', sk: 's' };

describe('a store with a data folder', () => {
  it('has its items, indexes, settings, stream and request tokens after a restart', async () => {
    const dataDir = newFolder();
    const add = { TableName, Key: { pk: 'n', sk: 's' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } };
    const once = { TransactItems: [{ Update: add }], ClientRequestToken: 'the-same' };
    const before = await withDynamo(dataDir, async ({ endpoint, streams }) => {
      const doc = documentClient(endpoint);
      await doc.send(new CreateTableCommand(tableLike(TableName)));
      const TimeToLiveSpecification = { AttributeName: 'purgeAt', Enabled: true };
      await doc.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
      await doc.send(new PutCommand({ TableName, Item: { ...Key, group: 'g', rank: 1, n: 1 } }));
      await doc.send(new PutCommand({ TableName, Item: { ...Key, group: 'g', rank: 2, n: 2 } }));
      await doc.send(new DeleteCommand({ TableName, Key: { pk: 'a', sk: 'none' } }));
      await doc.send(new TransactWriteCommand(once));
      return streams.read(TableName, null, 100);
    });
    await withDynamo(dataDir, async ({ endpoint, streams }) => {
      const doc = documentClient(endpoint);
      const { TimeToLiveDescription } = await doc.send(new DescribeTimeToLiveCommand({ TableName }));
      expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'purgeAt' });
      const { Items } = await doc.send(
        new QueryCommand({
          TableName,
          IndexName: 'byGroup',
          KeyConditionExpression: '#group = :g',
          ExpressionAttributeNames: { '#group': 'group' },
          ExpressionAttributeValues: { ':g': 'g' },
        }),
      );
      expect(Items).toEqual([{ ...Key, group: 'g', rank: 2, n: 2 }]);
      expect(before).toHaveLength(3);
      expect(streams.read(TableName, null, 100)).toEqual(before);
      await doc.send(new TransactWriteCommand(once));
      expect((await doc.send(new GetCommand({ TableName, Key: { pk: 'n', sk: 's' } }))).Item?.['n']).toBe(1);
      await doc.send(new PutCommand({ TableName, Item: { pk: 'b', sk: 's' } }));
      const next = streams.read(TableName, before.at(-1)?.dynamodb.SequenceNumber ?? null, 100);
      expect(next.map((record) => record.dynamodb.SequenceNumber)).toEqual(['000000000000000000004']);
    });
  });

  it('has, wherever a crash cut its file off, every transaction whole or not at all', async () => {
    const dataDir = newFolder();
    await withDynamo(dataDir, async ({ endpoint }) => {
      const doc = documentClient(endpoint);
      await doc.send(new CreateTableCommand(tableLike(TableName)));
      for (const pk of ['t1', 't2', 't3']) {
        const TransactItems = ['a', 'b', 'c'].map((sk) => ({ Put: { TableName, Item: { pk, sk } } }));
        await doc.send(new TransactWriteCommand({ TransactItems }));
      }
    });
    const file = readFileSync(join(dataDir, 'dynamodb.jsonl'));
    const cut = join(dataDir, 'cut.jsonl');
    const seen = new Set<number>();
    for (let length = file.indexOf(10) + 1; length <= file.length; length += 1) {
      writeFileSync(cut, file.subarray(0, length));
      const now = () => 0;
      const database = new Database({ now, region: 'eu-west-1', accountId: '111122223333', journal: new Journal(cut) });
      seen.add(database.table(TableName).items.size);
      database.close();
    }
    expect([...seen]).toEqual([0, 3, 6, 9]);
  });

  it('does not grow without end when the same items are written again and again', async () => {
    const dataDir = newFolder();
    const body = 'x'.repeat(380_000);
    await withDynamo(dataDir, async ({ endpoint }) => {
      const doc = documentClient(endpoint);
      const { StreamSpecification: _, ...unstreamed } = tableLike(TableName);
      await doc.send(new CreateTableCommand(unstreamed));
      for (let n = 1; n <= 60; n += 1) await doc.send(new PutCommand({ TableName, Item: { ...Key, n, body } }));
    });
    // 60 writes are 23 MB; at 16 MB the file became the one item that it stands for.
    expect(statSync(join(dataDir, 'dynamodb.jsonl')).size).toBeLessThan(8_000_000);
    await withDynamo(dataDir, async ({ endpoint }) => {
      const { Item } = await documentClient(endpoint).send(new GetCommand({ TableName, Key }));
      expect(Item).toEqual({ ...Key, n: 60, body });
    });
  });

  it('is not touched by a start that fails for a taken port', async () => {
    const dataDir = newFolder();
    await withDynamo(newFolder(), async ({ endpoint }) => {
      const port = Number(new URL(endpoint).port);
      await expect(startDynamo({ dataDir, port })).rejects.toThrow(/EADDRINUSE/);
    });
    await withDynamo(dataDir, async ({ endpoint }) => {
      await documentClient(endpoint).send(new CreateTableCommand(tableLike(TableName)));
    });
  });
});
