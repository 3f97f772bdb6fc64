import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callsTo } from './calls.ts';
import { LoopbackService } from './loopbackService.ts';
import type { Reply } from './loopbackService.ts';

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.start();
});
afterEach(() => service.close());

const item = { Item: { pk: { S: 'KEY#1' } } };
const refusal = (status: number, name: string): Reply => ({ status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' } });
const broken: Reply = { headers: { 'x-amz-crc32': '1' }, body: item };

describe('a call that fails for the moment is made again', () => {
  it.each<[string, Reply]>([
    ['an error of the service', refusal(500, 'InternalServerError')],
    ['a gateway before it', { status: 502, body: '<html>' }],
    ['a service that is not available', { status: 503, body: '' }],
    ['a time-out of the gateway', { status: 504, body: '' }],
    ['throttling', refusal(400, 'ThrottlingException')],
    ['a partition that is too hot', refusal(400, 'ProvisionedThroughputExceededException')],
    ['too many requests', { status: 429, body: {} }],
    ['throttling that the header names', { status: 400, headers: { 'x-amzn-ErrorType': 'ThrottlingException:http://x/' }, body: {} }],
    ['a connection that was reset', 'reset'],
    ['an answer that breaks off', 'truncate'],
    ['an answer that was damaged on its way', broken],
  ])('%s', async (_name, reply) => {
    const { getKey } = callsTo(service);
    service.replies = [reply, { body: item }];
    expect(await getKey()).toEqual(item);
    expect(service.asked).toHaveLength(2);
  });
});

describe('a call that would fail again is not', () => {
  it.each<[string, Reply, string]>([
    ['what the service does not accept', refusal(400, 'ValidationException'), 'ValidationException'],
    ['what this function may not do', refusal(400, 'AccessDeniedException'), 'AccessDeniedException'],
    ['a table that is not there', refusal(400, 'ResourceNotFoundException'), 'ResourceNotFoundException'],
    ['credentials that nobody knows', refusal(400, 'UnrecognizedClientException'), 'UnrecognizedClientException'],
    ['a status of its own', { status: 501, body: '' }, 'Http501'],
    ['a redirect, which is not followed', { status: 307, headers: { location: '/elsewhere' }, body: '' }, 'Http307'],
    ['an answer that is no JSON', { body: 'secret-text' }, 'UnreadableAnswer'],
    ['an answer that is no object', { body: [] }, 'UnreadableAnswer'],
    ['a name of an error that is none', { status: 400, body: { __type: 'x#\n<script>' } }, 'Http400'],
  ])('%s', async (_name, reply, name) => {
    const { getKey, state } = callsTo(service);
    service.replies = [reply, { body: item }];
    await expect(getKey()).rejects.toMatchObject({ name, message: expect.not.stringContaining('secret-text') as string });
    expect(service.asked).toHaveLength(1);
    expect(state.waits).toEqual([]);
  });
});

describe('the waits', () => {
  it('of DynamoDB: half of 25, 50 and 100 ms on average; after four attempts the last failure is told', async () => {
    const { getKey, state } = callsTo(service);
    service.replies = ['reset', 'reset', { status: 500, body: '' }, refusal(503, 'LastFailure')];
    await expect(getKey()).rejects.toMatchObject({ name: 'LastFailure', status: 503 });
    expect(state.waits).toEqual([12, 25, 50]);
    expect(service.asked).toHaveLength(4);
  });

  it('of Secrets Manager: 50 and 100 ms, in three attempts', async () => {
    const { calls, state } = callsTo(service);
    service.replies = [{ status: 500, body: '' }];
    await expect(calls.getSecretValue({ SecretId: 'arn' })).rejects.toMatchObject({ name: 'Http500' });
    expect(state.waits).toEqual([25, 50]);
  });

  it('after throttling are those of a second, and end where the three seconds of a call would be over', async () => {
    const { getKey, state } = callsTo(service);
    service.replies = [refusal(400, 'ThrottlingException')];
    await expect(getKey()).rejects.toMatchObject({ name: 'ThrottlingException' });
    // The third would be 2,000 ms.
    expect(state.waits).toEqual([500, 1_000]);
    expect(service.asked).toHaveLength(3);
  });

  it('are not begun at all when the wait alone would take longer', async () => {
    const { getKey, state } = callsTo(service);
    state.random = 0;
    service.replies = [{ status: 500, headers: { 'x-amz-retry-after': '3000' }, body: '' }];
    await expect(getKey()).rejects.toMatchObject({ name: 'Http500' });
    expect(state.waits).toEqual([]);
  });

  it('are as long as the service asks for', async () => {
    const { getKey, state } = callsTo(service);
    service.replies = [{ status: 500, headers: { 'x-amz-retry-after': '700' }, body: '' }, { body: item }];
    expect(await getKey()).toEqual(item);
    expect(state.waits).toEqual([700]);
  });
});

it('a service that fails for long is asked 35 times more than there are calls, not four times as often', async () => {
  const { getKey } = callsTo(service);
  service.replies = [{ status: 500, body: '' }];
  for (let call = 0; call < 50; call += 1) await getKey().catch(() => null);
  // 500 tokens, 14 for each retry.
  expect(service.asked).toHaveLength(50 + 35);
});

it('what a retry cost is there again once it has succeeded', async () => {
  const { getKey } = callsTo(service);
  for (let call = 0; call < 60; call += 1) {
    service.replies = [{ status: 500, body: '' }, { body: item }];
    expect(await getKey()).toEqual(item);
  }
});

it('a connection that the service had closed while it lay idle is replaced at once', async () => {
  const { getKey, state } = callsTo(service);
  service.replies = [{ body: item }];
  await getKey();
  expect(await getKey()).toEqual(item);
  expect(service.connections).toBe(1);
  service.replies = ['reset', { body: item }];
  expect(await getKey()).toEqual(item);
  expect(state.waits).toEqual([0]);
  expect(service.connections).toBe(2);
});
