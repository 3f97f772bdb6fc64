import { BatchGetCommand, BatchWriteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createTable, errorOf, newTableName, useStore } from './store.ts';
import { tableLike } from './tableLike.ts';

const put = (pk: string, rest: object = {}) => ({ PutRequest: { Item: { pk, sk: 's', ...rest } } });
const puts = (count: number) => Array.from({ length: count }, (_, i) => put(`n${count}-${i}`));
const remove = (pk: string) => ({ DeleteRequest: { Key: { pk, sk: 's' } } });

describe('batches', () => {
  const store = useStore();
  const write = (RequestItems: Record<string, object[]>) =>
    store.doc.send(new BatchWriteCommand({ RequestItems: RequestItems as never }));

  it('puts and deletes of several tables are all carried out', async () => {
    const second = newTableName();
    await createTable(store.client, tableLike(second));
    await write({ [store.table]: [put('a'), put('b')], [second]: [put('a', { other: true })] });
    const { UnprocessedItems } = await write({ [store.table]: [remove('a'), put('c')] });
    expect(UnprocessedItems).toEqual({});
    const keys = ['a', 'b', 'c'].map((pk) => ({ pk, sk: 's' }));
    const { Responses } = await store.doc.send(
      new BatchGetCommand({ RequestItems: { [store.table]: { Keys: keys }, [second]: { Keys: keys } } }),
    );
    const found = Responses?.[store.table]?.map((item) => item['pk']);
    expect(found?.sort()).toEqual(['b', 'c']);
    expect(Responses?.[second]).toEqual([{ pk: 'a', sk: 's', other: true }]);
  });

  it('a batch with one item twice is refused whole', async () => {
    expect((await errorOf(write({ [store.table]: [put('dup'), remove('dup')] }))).name).toBe('ValidationException');
    const { Item } = await store.doc.send(new GetCommand({ TableName: store.table, Key: { pk: 'dup', sk: 's' } }));
    expect(Item).toBeUndefined();
  });

  it('25 writes are carried out, 26 are refused, however many tables they are of', async () => {
    const second = newTableName();
    await createTable(store.client, tableLike(second));
    const split = write({ [store.table]: puts(13), [second]: puts(13) });
    expect((await errorOf(split)).name).toBe('ValidationException');
    await write({ [store.table]: puts(25) });
    expect((await errorOf(write({ [store.table]: puts(26) }))).name).toBe('ValidationException');
  });

  it('a batch with an item that lacks its key writes nothing', async () => {
    const call = write({ [store.table]: [put('beside'), { PutRequest: { Item: { pk: 'x' } } }] });
    expect((await errorOf(call)).name).toBe('ValidationException');
    const { Item } = await store.doc.send(new GetCommand({ TableName: store.table, Key: { pk: 'beside', sk: 's' } }));
    expect(Item).toBeUndefined();
  });

  it('a table that is not there is a ResourceNotFoundException', async () => {
    expect((await errorOf(write({ 'not-there': [put('a')] }))).name).toBe('ResourceNotFoundException');
  });
});
