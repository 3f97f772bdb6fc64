import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verificationStore } from '../../../../shared/keys/verificationStore.ts';
import { startDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import { signedServices } from '../../../../functions/signedCall/services.ts';
import type { ItemCalls } from '../../../../functions/signedCall/services.ts';
import { callsTo } from './calls.ts';
import { LoopbackService } from './loopbackService.ts';

let dynamo: EmbeddedDynamo;
let sdk: DynamoDBDocumentClient;
let calls: ItemCalls;

beforeAll(async () => {
  dynamo = await startDynamo();
  const client = new DynamoDBClient({ endpoint: dynamo.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  sdk = DynamoDBDocumentClient.from(client, { marshallOptions: { convertClassInstanceToMap: true } });
  await client.send(
    new CreateTableCommand({
      TableName: 'keys',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const environment: Record<string, string> = { AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  calls = signedServices({
    region: 'us-east-1',
    variable: (name) => environment[name],
    nowMs: Date.now,
    elapsedMs: () => performance.now(),
    random: () => 0,
    sleep: async () => undefined,
  });
});
afterAll(() => dynamo.close());

const record = {
  pk: 'KEY#key_1',
  sk: 'KEY',
  id: 'key_1',
  name: 'Ünïcödé "quoted" \u2028 😀',
  organizationId: 'org_1',
  product: 'orders',
  environment: 'live',
  scopes: ['orders:read', 'orders:write'],
  active: true,
  expiresAt: null,
  revokedAt: '2026-11-22T10:40:00.000Z',
  allowedIps: [],
  rateLimit: { limit: 100, windowSec: 60 },
  tokenHash: 'hash',
  pepperVersion: '1',
  tags: { constructor: 'x', nested: [{ deep: [1.5, -0.25, 9_007_199_254_740_991] }] },
};

describe('the store of verifications', () => {
  const store = () => verificationStore({ client: calls, name: 'keys' });

  it('reads a key as the SDK reads it', async () => {
    await sdk.send(new PutCommand({ TableName: 'keys', Item: record }));
    expect(await store().readKey('key_1')).toEqual({
      id: 'key_1',
      name: 'Ünïcödé "quoted" \u2028 😀',
      organizationId: 'org_1',
      product: 'orders',
      environment: 'live',
      scopes: ['orders:read', 'orders:write'],
      active: true,
      expiresAt: null,
      revokedAt: '2026-11-22T10:40:00.000Z',
      allowedIps: [],
      rateLimit: { limit: 100, windowSec: 60 },
      tokenHash: 'hash',
      limitedAs: 'key_1',
      pepperVersion: '1',
    });
  });

  it('knows no key and no organization that is not there', async () => {
    expect(await store().readKey('key_2')).toBeNull();
    expect(await store().readOrganization('org_2')).toBeNull();
  });
});

describe('each reading of a verification', () => {
  it('is one strongly consistent GetItem of the key or the organization', async () => {
    const service = await LoopbackService.start();
    try {
      const store = verificationStore({ client: callsTo(service).calls, name: 'keys' });
      await store.readKey('key_1');
      await store.readOrganization('org_1');
      expect(service.asked.map(({ headers, body }) => [headers['x-amz-target'], JSON.parse(body)])).toEqual([
        ['DynamoDB_20120810.GetItem', { TableName: 'keys', Key: { pk: { S: 'KEY#key_1' }, sk: { S: 'KEY' } }, ConsistentRead: true }],
        ['DynamoDB_20120810.GetItem', { TableName: 'keys', Key: { pk: { S: 'ORG#org_1' }, sk: { S: 'ORG' } }, ConsistentRead: true }],
      ]);
    } finally {
      service.close();
    }
  });

  it.each([
    ['an item that is a text', { Item: 'KEY#key_1' }],
    ['an item that is a list', { Item: [] }],
    ['an item without a field', { Item: { id: { S: 'key_1' } } }],
    ['a field of a type that does not exist', { Item: { id: { X: 'key_1' } } }],
    ['a field that is no value', { Item: { id: 'key_1' } }],
  ])('fails where the answer holds %s', async (_name, body) => {
    const service = await LoopbackService.start();
    try {
      service.replies = [{ body }];
      await expect(verificationStore({ client: callsTo(service).calls, name: 'keys' }).readKey('key_1')).rejects.toThrow(Error);
    } finally {
      service.close();
    }
  });
});

describe('a conditional write', () => {
  const update = (limit: string) =>
    calls.updateItem({
      TableName: 'keys',
      Key: { pk: { S: 'LIMIT#1' }, sk: { S: 'COUNT' } },
      UpdateExpression: 'ADD used :n',
      ConditionExpression: 'attribute_not_exists(used) OR used <= :limit',
      ExpressionAttributeValues: { ':n': { N: '3' }, ':limit': { N: limit } },
      ReturnValues: 'UPDATED_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });

  it('gives what it made, and where it is refused its name and the item as it is', async () => {
    expect(await update('0')).toMatchObject({ Attributes: { used: { N: '3' } } });
    await expect(update('2')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      status: 400,
      item: { pk: { S: 'LIMIT#1' }, sk: { S: 'COUNT' }, used: { N: '3' } },
    });
    const { Item } = await sdk.send(new GetCommand({ TableName: 'keys', Key: { pk: 'LIMIT#1', sk: 'COUNT' } }));
    expect(Item?.['used']).toBe(3);
  });
});

it('many items are read at once', async () => {
  await sdk.send(new PutCommand({ TableName: 'keys', Item: { pk: 'a', sk: 'a', n: 1 } }));
  const answer = await calls.batchGetItem({ RequestItems: { keys: { Keys: [{ pk: { S: 'a' }, sk: { S: 'a' } }, { pk: { S: 'b' }, sk: { S: 'b' } }] } } });
  expect(answer).toMatchObject({ Responses: { keys: [{ pk: { S: 'a' }, sk: { S: 'a' }, n: { N: '1' } }] }, UnprocessedKeys: {} });
});
