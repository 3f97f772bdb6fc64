import { CreateTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { array, assert, asyncProperty, integer, tuple } from 'fast-check';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import { tableLike } from '../../../store/tableLike.ts';
import { documentClient } from './client.ts';

const TableName = 'embedded';
let nowMs = Date.UTC(2026, 10, 22);
let dynamo: EmbeddedDynamo;
let doc: ReturnType<typeof documentClient>;

beforeAll(async () => {
  dynamo = await startDynamo({ now: () => nowMs, region: 'eu-west-1', accountId: '111122223333' });
  doc = documentClient(dynamo.endpoint);
  await doc.send(new CreateTableCommand(tableLike(TableName)));
  const TimeToLiveSpecification = { AttributeName: 'purgeAt', Enabled: true };
  await doc.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
});
afterAll(() => dynamo.close());

const put = (pk: string, rest: object = {}) => doc.send(new PutCommand({ TableName, Item: { pk, sk: 's', ...rest } }));
const get = async (pk: string) => (await doc.send(new GetCommand({ TableName, Key: { pk, sk: 's' } }))).Item;

const post = (headers: Record<string, string>, requestBody = '{}') =>
  new Promise<{ status: number | undefined; body: string; cors: unknown }>((resolve, reject) => {
    const call = request(dynamo.endpoint, { method: 'POST', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode, body, cors: response.headers['access-control-allow-origin'] }));
    });
    call.on('error', reject).end(requestBody);
  });

describe('time is what the owner says', () => {
  it('an item goes at its second, not before', async () => {
    await put('timed', { purgeAt: nowMs / 1000 + 60 });
    nowMs += 59_000;
    expect(await dynamo.sweepTtl()).toBe(0);
    nowMs += 1_000;
    expect(await dynamo.sweepTtl()).toBe(1);
    expect(await get('timed')).toBeUndefined();
  });

  it('a request token stands for its transaction for ten minutes', async () => {
    const add = { TableName, Key: { pk: 'n', sk: 's' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } };
    const command = () => new TransactWriteCommand({ TransactItems: [{ Update: add }], ClientRequestToken: 'token' });
    await doc.send(command());
    nowMs += 599_000;
    await doc.send(command());
    expect((await get('n'))?.['n']).toBe(1);
    nowMs += 1_000;
    await doc.send(command());
    expect((await get('n'))?.['n']).toBe(2);
  });
});

describe('streams for readers in the process', () => {
  it('a listener is called after each commit that is told, and reads it in the shape of a Lambda event', async () => {
    const calls: string[] = [];
    const from = dynamo.streams.latest(TableName);
    const stop = dynamo.streams.subscribe((name) => calls.push(name));
    await put('told', { n: 1 });
    await put('told', { n: 1 });
    stop();
    await put('told', { n: 2 });
    expect(calls).toEqual([TableName]);
    const [record] = dynamo.streams.read(TableName, from, 10);
    expect(record).toMatchObject({
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: nowMs / 1000,
        Keys: { pk: { S: 'told' }, sk: { S: 's' } },
        NewImage: { pk: { S: 'told' }, sk: { S: 's' }, n: { N: '1' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(dynamo.streams.arn(TableName)).toMatch(/^arn:aws:dynamodb:eu-west-1:111122223333:table\/embedded\/stream\/2026-/);
  });

  it('a deletion by time to live names the service', async () => {
    await put('ttl', { purgeAt: nowMs / 1000 - 1 });
    const from = dynamo.streams.latest(TableName);
    await dynamo.sweepTtl();
    const [record] = dynamo.streams.read(TableName, from, 10);
    expect(record?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' });
  });
});

describe('names', () => {
  it('an attribute named __proto__ is refused, as a value the word is welcome', async () => {
    const tags = JSON.parse('{"__proto__":{"S":"x"}}') as Record<string, { S: string }>;
    const Item = { pk: { S: 'proto' }, sk: { S: 's' }, tags: { M: tags } };
    const answer = await post({ 'x-amz-target': 'DynamoDB_20120810.PutItem' }, JSON.stringify({ TableName, Item }));
    expect([answer.status, answer.body.includes('ValidationException')]).toEqual([400, true]);
    await put('proto', { name: '__proto__' });
    expect(await get('proto')).toEqual({ pk: 'proto', sk: 's', name: '__proto__' });
  });

  it('names of an object’s own members are like any others', async () => {
    await put('members', { constructor: 'a', toString: 'b', map: { hasOwnProperty: 1 } });
    expect(await get('members')).toEqual({ pk: 'members', sk: 's', constructor: 'a', toString: 'b', map: { hasOwnProperty: 1 } });
  });
});

describe('keys', () => {
  it('numbers of any size and sign are in their order', async () => {
    const decimal = tuple(integer({ min: -999_999, max: 999_999 }), integer({ min: -30, max: 9 }));
    let run = 0;
    const isInOrder = async (numbers: [number, number][]): Promise<void> => {
      run += 1;
      const group = `g${run}`;
      const ranks = [...new Set(numbers.map(([digits, exponent]) => Number(`${digits}e${exponent}`) + 0))];
      await Promise.all(ranks.map((rank) => put(`${group} ${rank}`, { group, rank })));
      const { Items } = await doc.send(
        new QueryCommand({
          TableName,
          IndexName: 'byGroup',
          KeyConditionExpression: '#group = :g',
          ExpressionAttributeNames: { '#group': 'group' },
          ExpressionAttributeValues: { ':g': group },
        }),
      );
      expect(Items?.map((item) => item['rank'])).toEqual(ranks.sort((a, b) => a - b));
    };
    await assert(asyncProperty(array(decimal, { minLength: 1, maxLength: 12 }), isInOrder), { numRuns: 40 });
  });
});

describe('strangers', () => {
  it('a name that someone else’s DNS points here is refused', async () => {
    const answer = await post({ host: 'attacker.example', 'x-amz-target': 'DynamoDB_20120810.ListTables' });
    expect([answer.status, answer.body.includes('AccessDeniedException')]).toEqual([400, true]);
  });

  it('a web page’s simple request reaches nothing and is told nothing', async () => {
    const answer = await post({ 'content-type': 'text/plain', origin: 'https://attacker.example' });
    expect([answer.status, answer.cors]).toEqual([400, undefined]);
    expect(answer.body).toContain('UnknownOperationException');
  });
});
