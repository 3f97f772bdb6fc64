import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { errorOf, useStore } from './store.ts';

const key = (pk: string) => ({ pk, sk: 's' });

describe('updates', () => {
  const store = useStore();
  const put = (pk: string, item: object) =>
    store.doc.send(new PutCommand({ TableName: store.table, Item: { ...key(pk), ...item } }));
  const update = (pk: string, UpdateExpression: string, values?: object, ReturnValues = 'ALL_NEW') =>
    store.doc.send(
      new UpdateCommand({
        TableName: store.table,
        Key: key(pk),
        UpdateExpression,
        ReturnValues: ReturnValues as 'ALL_NEW',
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
      }),
    );

  it('an update of an item that is not there makes it', async () => {
    const answer = await update('new', 'SET a = :a ADD n :n', { ':a': 'x', ':n': 2 });
    expect(answer.Attributes).toEqual({ pk: 'new', sk: 's', a: 'x', n: 2 });
  });

  it('removing from an item that is not there makes it nonetheless', async () => {
    await update('removed', 'REMOVE a');
    const { Item } = await store.doc.send(new GetCommand({ TableName: store.table, Key: key('removed') }));
    expect(Item).toEqual({ pk: 'removed', sk: 's' });
  });

  it('every action reads the item as it was before the update', async () => {
    await put('swap', { amount: 5, a: 1, b: 2 });
    const answer = await update('swap', 'SET previous = amount, a = b, b = a ADD amount :n', { ':n': 3 });
    expect(answer.Attributes).toEqual({ pk: 'swap', sk: 's', previous: 5, amount: 8, a: 2, b: 1 });
  });

  it('elements are removed from a list at the places they had before the update', async () => {
    await put('list', { l: ['a', 'b', 'c', 'd'] });
    expect((await update('list', 'REMOVE l[0], l[2]')).Attributes).toEqual({ pk: 'list', sk: 's', l: ['b', 'd'] });
  });

  it('an element set past the end of a list is appended', async () => {
    await put('append', { l: ['a'] });
    const answer = await update('append', 'SET l[7] = :x', { ':x': 'b' });
    expect(answer.Attributes).toEqual({ pk: 'append', sk: 's', l: ['a', 'b'] });
  });

  it('if_not_exists and list_append build on what is there', async () => {
    await put('build', { n: 1 });
    const values = { ':zero': 0, ':one': 1, ':none': [], ':x': ['x'] };
    const expression = 'SET n = if_not_exists(n, :zero) + :one, l = list_append(if_not_exists(l, :none), :x)';
    expect((await update('build', expression, values)).Attributes).toEqual({ pk: 'build', sk: 's', n: 2, l: ['x'] });
    expect((await update('build', expression, values)).Attributes).toEqual({ pk: 'build', sk: 's', n: 3, l: ['x', 'x'] });
  });

  it('sets grow and shrink, and an empty one is no attribute', async () => {
    await put('sets', { s: new Set(['a', 'b']) });
    await update('sets', 'ADD s :x', { ':x': new Set(['b', 'c']) });
    const smaller = await update('sets', 'DELETE s :x', { ':x': new Set(['a', 'z']) });
    expect(smaller.Attributes?.['s']).toEqual(new Set(['b', 'c']));
    const none = await update('sets', 'DELETE s :x', { ':x': new Set(['b', 'c']) });
    expect(none.Attributes).toEqual({ pk: 'sets', sk: 's' });
  });

  it('an update inside a map leaves the rest of it', async () => {
    await put('nested', { m: { a: 1, b: { c: 2, d: 3 } } });
    const answer = await update('nested', 'SET m.b.c = :n REMOVE m.a', { ':n': 9 });
    expect(answer.Attributes).toEqual({ pk: 'nested', sk: 's', m: { b: { c: 9, d: 3 } } });
  });

  it('an update answers just what was asked for', async () => {
    await put('answers', { a: 1, b: 2 });
    expect((await update('answers', 'SET a = :v', { ':v': 2 }, 'UPDATED_OLD')).Attributes).toEqual({ a: 1 });
    expect((await update('answers', 'SET a = :v', { ':v': 3 }, 'UPDATED_NEW')).Attributes).toEqual({ a: 3 });
    const old = await update('answers', 'SET a = :v', { ':v': 4 }, 'ALL_OLD');
    expect(old.Attributes).toEqual({ pk: 'answers', sk: 's', a: 3, b: 2 });
    expect((await update('answers', 'SET a = :v', { ':v': 5 }, 'NONE')).Attributes).toBeUndefined();
  });

  it.each([
    ['two actions on overlapping paths', 'SET m.a = :v, m = :v'],
    ['adding a number to a text', 'ADD text :v'],
    ['setting from an attribute that is not there', 'SET b = absent + :v'],
    ['setting inside of what is not there', 'SET absent.b = :v'],
    ['changing the key', 'SET sk = :v'],
  ])('%s is a validation error and changes nothing', async (_claim, expression) => {
    await put('faulty', { text: 'x', m: { a: 1 } });
    const error = await errorOf(update('faulty', expression, { ':v': 1 }));
    expect(error.name).toBe('ValidationException');
    const { Item } = await store.doc.send(new GetCommand({ TableName: store.table, Key: key('faulty') }));
    expect(Item).toEqual({ pk: 'faulty', sk: 's', text: 'x', m: { a: 1 } });
  });

  it('a number keeps its 38 digits', async () => {
    const digits = '12345678901234567890123456789012345678';
    const { client, table: TableName } = store;
    const { PutItemCommand, GetItemCommand } = await import('@aws-sdk/client-dynamodb');
    const Key = { pk: { S: 'digits' }, sk: { S: 's' } };
    await client.send(new PutItemCommand({ TableName, Item: { ...Key, n: { N: digits } } }));
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item?.['n']).toEqual({ N: digits });
  });
});
