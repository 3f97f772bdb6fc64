import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { errorOf, useStore } from './store.ts';

describe('conditional writes', () => {
  const store = useStore();
  const put = (item: object, rest: object = {}) =>
    store.doc.send(new PutCommand({ TableName: store.table, Item: { sk: 's', ...item }, ...rest }));
  const get = async (pk: string) =>
    (await store.doc.send(new GetCommand({ TableName: store.table, Key: { pk, sk: 's' }, ConsistentRead: true }))).Item;

  it('a put that must be the first leaves an existing item as it is', async () => {
    await put({ pk: 'first', by: 'one' });
    const error = await errorOf(put({ pk: 'first', by: 'two' }, { ConditionExpression: 'attribute_not_exists(pk)' }));
    expect(error.name).toBe('ConditionalCheckFailedException');
    expect(error.message).toBe('The conditional request failed');
    expect(error['Item']).toBeUndefined();
    expect(await get('first')).toEqual({ pk: 'first', sk: 's', by: 'one' });
  });

  it('a refused put, update and delete show the item that stood in the way, when asked to', async () => {
    await put({ pk: 'seen', colour: 'red' });
    const asked = {
      TableName: store.table,
      ConditionExpression: 'colour = :blue',
      ExpressionAttributeValues: { ':blue': 'blue' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    const Key = { pk: 'seen', sk: 's' };
    const calls = [
      () => store.doc.send(new PutCommand({ ...asked, Item: Key })),
      () => store.doc.send(new UpdateCommand({ ...asked, Key, UpdateExpression: 'REMOVE colour' })),
      () => store.doc.send(new DeleteCommand({ ...asked, Key })),
    ];
    for (const call of calls) {
      const error = await errorOf(call());
      expect(error.name).toBe('ConditionalCheckFailedException');
      expect(error['Item']).toEqual({ pk: { S: 'seen' }, sk: { S: 's' }, colour: { S: 'red' } });
    }
  });

  it('there is nothing to show when the refused write was of an item that is not there', async () => {
    const call = store.doc.send(
      new DeleteCommand({
        TableName: store.table,
        Key: { pk: 'nobody', sk: 's' },
        ConditionExpression: 'attribute_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    const error = await errorOf(call);
    expect(error.name).toBe('ConditionalCheckFailedException');
    expect(error['Item']).toBeUndefined();
  });

  it('a delete answers what it deleted, and deleting nothing is no error', async () => {
    await put({ pk: 'gone', left: 1 });
    const command = () =>
      new DeleteCommand({ TableName: store.table, Key: { pk: 'gone', sk: 's' }, ReturnValues: 'ALL_OLD' });
    expect((await store.doc.send(command())).Attributes).toEqual({ pk: 'gone', sk: 's', left: 1 });
    expect((await store.doc.send(command())).Attributes).toBeUndefined();
  });

  const item = {
    pk: 'each',
    n: 10,
    text: 'abcdef',
    list: ['a', { deep: [1, 2] }],
    map: { a: 1, b: ['x'] },
    set: new Set(['p', 'q']),
    yes: true,
    nothing: null,
  };
  it.each([
    ['equal numbers, however written', '#n = :v', 10, true],
    ['a number is not its text', '#n = :v', '10', false],
    ['numbers compare as numbers', '#n < :v', 9, false],
    ['and not by their digits', '#n > :v', 9, true],
    ['equal maps', '#map = :v', { b: ['x'], a: 1 }, true],
    ['maps that differ inside', '#map = :v', { b: ['y'], a: 1 }, false],
    ['a map with a name more', '#map <> :v', { a: 1, b: ['x'], c: 0 }, true],
    ['equal lists', '#list = :v', ['a', { deep: [1, 2] }], true],
    ['lists in another order', '#list = :v', [{ deep: [1, 2] }, 'a'], false],
    ['equal sets in another order', '#set = :v', new Set(['q', 'p']), true],
    ['an absent attribute equals nothing', '#absent = :v', 'x', false],
    ['an absent attribute differs from everything', '#absent <> :v', 'x', true],
    ['an absent attribute is not below anything', '#absent < :v', 'x', false],
    ['absent attributes do not equal each other', '#absent = #other OR #n = :v', 11, false],
    ['absent attributes differ from each other', '#absent <> #other AND #n = :v', 10, true],
    ['not of a false claim', 'NOT #n = :v', 11, true],
    ['a text that begins so', 'begins_with(#text, :v)', 'abc', true],
    ['a text that holds', 'contains(#text, :v)', 'cde', true],
    ['a set that holds', 'contains(#set, :v)', 'q', true],
    ['a set that does not', 'contains(#set, :v)', 'r', false],
    ['a list that holds', 'contains(#list, :v)', 'a', true],
    ['the size of a text', 'size(#text) = :v', 6, true],
    ['the size of a list', 'size(#list) >= :v', 3, false],
    ['the type of an attribute', 'attribute_type(#nothing, :v)', 'NULL', true],
    ['an element of a list inside a map', '#map.b[0] = :v', 'x', true],
    ['in a list of values', '#n IN (:v, :v2)', 10, true],
    ['between, both ends included', '#n BETWEEN :v AND :v2', 10, true],
    ['and binds before or', '#n = :v OR #n = :v AND #absent = :v', 10, true],
    ['parentheses first', '(#n = :v OR #n = :v) AND #absent = :v', 10, false],
  ])('%s', async (_claim, expression, value, holds) => {
    await put(item);
    const names = Object.fromEntries([...expression.matchAll(/#(\w+)/g)].map(([name, word]) => [name, word ?? '']));
    const call = store.doc.send(
      new UpdateCommand({
        TableName: store.table,
        Key: { pk: 'each', sk: 's' },
        UpdateExpression: 'SET touched = :yes',
        ConditionExpression: expression,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':yes': true, ':v': value, ...(expression.includes(':v2') ? { ':v2': 12 } : {}) },
      }),
    );
    const outcome = await call.then(
      () => 'written',
      (error: Error) => error.name,
    );
    expect(outcome).toBe(holds ? 'written' : 'ConditionalCheckFailedException');
  });

  it.each([
    ['an expression with a mistake', { ConditionExpression: 'attribute_not_exists(pk' }],
    ['a name that is defined nowhere', { ConditionExpression: 'attribute_not_exists(#nowhere)' }],
    ['a value that is used nowhere', { ConditionExpression: 'attribute_not_exists(pk)', ExpressionAttributeValues: { ':v': 1 } }],
    ['a reserved word', { ConditionExpression: 'attribute_not_exists(status)' }],
  ])('%s is a validation error and writes nothing', async (_claim, rest) => {
    const error = await errorOf(put({ pk: 'invalid' }, rest));
    expect(error.name).toBe('ValidationException');
    expect(await get('invalid')).toBeUndefined();
  });

  it.each([
    ['without its sort key', { pk: 'k', sk: undefined }],
    ['with a key of another type', { pk: 'k', sk: 7 }],
    ['with an empty key', { pk: '', sk: 's' }],
    ['with an empty index key', { pk: 'k', group: '' }],
    ['with an index key of another type', { pk: 'k', group: 'g', rank: 'first' }],
    ['over 400 KB', { pk: 'k', body: 'x'.repeat(410_000) }],
    ['over 400 KB in UTF-8, though of fewer characters', { pk: 'k', body: 'é'.repeat(210_000) }],
  ])('an item %s is refused', async (_claim, item) => {
    const call = put(item, {});
    expect((await errorOf(call)).name).toBe('ValidationException');
    expect(await get('k')).toBeUndefined();
  });
});
