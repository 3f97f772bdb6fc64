import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamo } from '../../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../../local/dynamodb/startDynamo.ts';
import { limitStore } from '../../../shared/limits/store.ts';
import type { UpdateItemInput } from '../../../shared/limits/store.ts';
import { MemoryTable } from './memoryStore.ts';

const request = { counter: { pk: 'LIMIT#key_1#1795341600#60', sk: 'COUNT' }, n: 3, limit: 10, purgeAtSec: 1_795_345_260 };

function answering(respond: (input: UpdateItemInput) => unknown) {
  return limitStore({ updateItem: async (input) => respond(input) as { Attributes: Record<string, unknown> } }, 'usage');
}

function refusal(item?: unknown): never {
  throw Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' }, item === undefined ? {} : { item });
}

describe('a lease', () => {
  it('is one conditional addition', async () => {
    const table = new MemoryTable();
    expect(await limitStore(table, 'usage').lease(request)).toEqual({ granted: true, used: 3 });
    expect(table.inputs).toEqual([
      {
        TableName: 'usage',
        Key: { pk: { S: 'LIMIT#key_1#1795341600#60' }, sk: { S: 'COUNT' } },
        UpdateExpression: 'ADD #used :n SET #purgeAt = :purgeAt',
        ConditionExpression: 'attribute_not_exists(#used) OR #used <= :limitMinusN',
        ExpressionAttributeNames: { '#used': 'used', '#purgeAt': 'purgeAt' },
        ExpressionAttributeValues: { ':n': { N: '3' }, ':limitMinusN': { N: '7' }, ':purgeAt': { N: '1795345260' } },
        ReturnValues: 'UPDATED_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });

  it('takes the last tokens and not one more, and tells what is used', async () => {
    const store = limitStore(new MemoryTable(), 'usage');
    for (const used of [3, 6, 9]) expect(await store.lease(request)).toEqual({ granted: true, used });
    expect(await store.lease(request)).toEqual({ granted: false, used: 9 });
    expect(await store.lease({ ...request, n: 1 })).toEqual({ granted: true, used: 10 });
    expect(await store.lease({ ...request, n: 1 })).toEqual({ granted: false, used: 10 });
  });

  it('that is refused without the item says what is certain: there was no room for it', async () => {
    expect(await answering(() => refusal()).lease(request)).toEqual({ granted: false, used: 8 });
    expect(await answering(() => refusal({})).lease(request)).toEqual({ granted: false, used: 8 });
  });

  it.each([
    ['nothing', {}],
    ['no number', { Attributes: { used: { N: 'many' } } }],
    ['a string', { Attributes: { used: { S: '3' } } }],
    ['less than was asked for', { Attributes: { used: { N: '2' } } }],
    ['more than the limit', { Attributes: { used: { N: '11' } } }],
    ['a fraction', { Attributes: { used: { N: '3.5' } } }],
  ])('that is granted with %s is a failure and no grant', async (_, answer) => {
    await expect(answering(() => answer).lease(request)).rejects.toThrow('no possible count');
  });

  it('hands other failures on', async () => {
    await expect(answering(() => { throw new Error('throttled'); }).lease(request)).rejects.toThrow('throttled');
  });
});

describe('a lease on a DynamoDB', () => {
  let dynamo: EmbeddedDynamo;

  const call = async (operation: string, body: unknown) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20261122T100000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=x/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
    };
    const response = await fetch(dynamo.endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as { __type?: string; message?: string; Item?: unknown; Attributes: Record<string, unknown> };
    if (response.ok) return answer;
    throw Object.assign(new Error(answer.message), { name: answer.__type?.split('#')[1], item: answer.Item });
  };

  beforeAll(async () => {
    dynamo = await startDynamo();
    await call('CreateTable', {
      TableName: 'usage',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    });
  });
  afterAll(async () => dynamo.close());

  it('is granted as long as there is room, and otherwise told what is used', async () => {
    const store = limitStore({ updateItem: async (input) => call('UpdateItem', input) }, 'usage');
    const answers = [];
    for (const n of [4, 4, 4, 2, 1]) answers.push(await store.lease({ ...request, n }));
    expect(answers).toEqual([
      { granted: true, used: 4 },
      { granted: true, used: 8 },
      { granted: false, used: 8 },
      { granted: true, used: 10 },
      { granted: false, used: 10 },
    ]);
  });

  it('is never granted twice, by however many at once', async () => {
    const store = limitStore({ updateItem: async (input) => call('UpdateItem', input) }, 'usage');
    const counter = { pk: 'QUOTA#org_1', sk: '2026-11' };
    const answers = await Promise.all(Array.from({ length: 60 }, async () => store.lease({ ...request, counter, n: 1, limit: 40 })));
    const numbers = answers.filter(({ granted }) => granted).map(({ used }) => used);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });
});
