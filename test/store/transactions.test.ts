import { GetCommand, PutCommand, TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { errorOf, useStore } from './store.ts';

describe('transactions', () => {
  const store = useStore();
  const at = (pk: string) => ({ TableName: store.table, Key: { pk, sk: 's' } });
  const item = (pk: string, rest: object = {}) => ({ TableName: store.table, Item: { pk, sk: 's', ...rest } });
  const puts = (count: number) => Array.from({ length: count }, (_, i) => ({ Put: item(`many-${count}-${i}`) }));
  const put = (pk: string, rest: object = {}) => store.doc.send(new PutCommand(item(pk, rest)));
  const get = async (pk: string) => (await store.doc.send(new GetCommand({ ...at(pk), ConsistentRead: true }))).Item;
  const write = (TransactItems: NonNullable<TransactWriteCommandInput['TransactItems']>, rest: object = {}) =>
    store.doc.send(new TransactWriteCommand({ TransactItems, ...rest }));

  it('puts, updates, deletes and checks take effect together', async () => {
    await put('old', { a: 1 });
    await put('count', { n: 1 });
    await write([
      { Put: { ...item('fresh', { a: 2 }), ConditionExpression: 'attribute_not_exists(pk)' } },
      { Update: { ...at('count'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } } },
      { Delete: at('old') },
      { ConditionCheck: { ...at('never'), ConditionExpression: 'attribute_not_exists(pk)' } },
    ]);
    expect(await get('fresh')).toEqual({ pk: 'fresh', sk: 's', a: 2 });
    expect(await get('count')).toEqual({ pk: 'count', sk: 's', n: 2 });
    expect(await get('old')).toBeUndefined();
  });

  it('one refused action cancels all, with a reason per action in the order of the request', async () => {
    await put('taken', { by: 'someone' });
    const refusing = { ConditionExpression: 'attribute_not_exists(pk)' };
    const error = await errorOf(
      write([
        { Put: item('half') },
        { Put: { ...item('taken'), ...refusing, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
        { Delete: { ...at('taken2'), ConditionExpression: 'attribute_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
        { ConditionCheck: { ...at('half2'), ...refusing } },
      ]),
    );
    expect(error.name).toBe('TransactionCanceledException');
    expect(error.message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
        '[None, ConditionalCheckFailed, ConditionalCheckFailed, None]',
    );
    expect(error['CancellationReasons']).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { pk: { S: 'taken' }, sk: { S: 's' }, by: { S: 'someone' } },
      },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      { Code: 'None' },
    ]);
    expect(await get('half')).toBeUndefined();
    expect(await get('taken')).toEqual({ pk: 'taken', sk: 's', by: 'someone' });
  });

  it('two actions on one item are refused, whatever they are', async () => {
    const error = await errorOf(write([{ Put: item('twice') }, { Delete: at('twice') }]));
    expect(error.name).toBe('ValidationException');
    expect(error.message).toBe('Transaction request cannot include multiple operations on one item');
    expect(await get('twice')).toBeUndefined();
  });

  it('a hundred actions are carried out, a hundred and one are refused', async () => {
    await write(puts(100));
    expect(await get('many-100-99')).toBeDefined();
    expect((await errorOf(write(puts(101)))).name).toBe('ValidationException');
    expect(await get('many-101-0')).toBeUndefined();
  });

  it('more than 4 MB are refused', async () => {
    const error = await errorOf(
      write(Array.from({ length: 12 }, (_, i) => ({ Put: item(`big-${i}`, { body: 'x'.repeat(390_000) }) }))),
    );
    expect(error.name).toBe('ValidationException');
    expect(await get('big-0')).toBeUndefined();
  });

  it('an item that the table cannot hold cancels the transaction and changes nothing', async () => {
    const wrong = { Put: { TableName: store.table, Item: { pk: 'wrong', sk: 's', group: 7, rank: 1 } } };
    const error = await errorOf(write([{ Put: item('beside') }, wrong]));
    expect(error.name).toBe('TransactionCanceledException');
    const codes = (error['CancellationReasons'] as { Code: string }[]).map((reason) => reason.Code);
    expect(codes).toEqual(['None', 'ValidationError']);
    expect(await get('beside')).toBeUndefined();
  });

  it('a mistake in an expression is an error of the request, not a reason', async () => {
    const mistaken = { Update: { ...at('mistaken'), UpdateExpression: 'SETT a = b' } };
    expect((await errorOf(write([{ Put: item('beside2') }, mistaken]))).name).toBe('ValidationException');
    expect(await get('beside2')).toBeUndefined();
  });

  it('a transaction repeated with its token happens once', async () => {
    await put('once', { n: 0 });
    const add = { Update: { ...at('once'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } } };
    const token = { ClientRequestToken: randomUUID() };
    await write([add], token);
    await write([add], token);
    expect(await get('once')).toEqual({ pk: 'once', sk: 's', n: 1 });
    await write([add], { ClientRequestToken: randomUUID() });
    expect(await get('once')).toEqual({ pk: 'once', sk: 's', n: 2 });
  });

  it('a token used for another transaction is an error', async () => {
    const token = { ClientRequestToken: randomUUID() };
    await write([{ Put: item('token-a') }], token);
    const error = await errorOf(write([{ Put: item('token-b') }], token));
    expect(error.name).toBe('IdempotentParameterMismatchException');
    expect(await get('token-b')).toBeUndefined();
  });

  it('a cancelled transaction does not use up its token', async () => {
    const token = { ClientRequestToken: randomUUID() };
    const update = {
      Update: { ...at('later'), UpdateExpression: 'SET done = :yes', ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':yes': true } },
    };
    expect((await errorOf(write([update], token))).name).toBe('TransactionCanceledException');
    await put('later');
    await write([update], token);
    expect(await get('later')).toEqual({ pk: 'later', sk: 's', done: true });
  });

  it('reads of a transaction answer in the order of the request, with nothing for what is not there', async () => {
    await put('read-a', { a: 1, secret: 2 });
    const { Responses } = await store.doc.send(
      new TransactGetCommand({
        TransactItems: [{ Get: at('read-none') }, { Get: { ...at('read-a'), ProjectionExpression: 'pk, a' } }],
      }),
    );
    expect(Responses?.map((response) => response.Item)).toEqual([undefined, { pk: 'read-a', a: 1 }]);
  });
});
