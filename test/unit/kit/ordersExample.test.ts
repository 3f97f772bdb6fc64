import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.stubEnv('ORDERS_TABLE', 'orders-table');
vi.stubEnv('AWS_REGION', 'us-east-1');
const { handler } = await import('../../../examples/orders/functions/orders.ts');

const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => {
  dynamo.reset();
});

interface Call {
  readonly route: string;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly scopes?: string;
  readonly organizationId?: string;
  /** What the authorizer says of a limit. */
  readonly limit?: Readonly<Record<string, string>>;
}

async function call({ route, path, query, body, scopes = 'orders:read orders:write', organizationId = 'org_aaaaaaaaaaaa', limit = {} }: Call) {
  const [httpMethod, resource] = route.split(' ');
  const event = {
    httpMethod,
    resource,
    pathParameters: path ?? null,
    queryStringParameters: query ?? null,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      extendedRequestId: 'JKJaXmPLvHcESHA=',
      authorizer: {
        keyId: 'key_4f8KqZ1mN0pR', keyName: 'CI', organizationId, environment: 'live', product: 'orders', plan: 'team', scopes, expiresAt: '', ...limit,
      },
    },
  } as unknown as APIGatewayProxyEvent;
  const answer = (await handler(event, {} as Parameters<typeof handler>[1])) as APIGatewayProxyResult;
  return { ...answer, body: JSON.parse(answer.body) as Record<string, unknown> };
}

const stored = {
  organizationId: 'org_aaaaaaaaaaaa',
  orderId: 'ord_0123456789abcdef0123456789abcdef',
  item: 'Lamp',
  quantity: 2,
  createdAt: '2026-11-22T08:00:00.000Z',
  placedBy: 'key_4f8KqZ1mN0pR',
};
const shown = {
  orderId: 'ord_0123456789abcdef0123456789abcdef',
  item: 'Lamp',
  quantity: 2,
  createdAt: '2026-11-22T08:00:00.000Z',
  placedBy: 'key_4f8KqZ1mN0pR',
};

describe('placing an order', () => {
  it('stores it for the organization of the key, and answers 201 with where it is', async () => {
    const { statusCode, headers, body } = await call({ route: 'POST /orders', body: { item: 'Lamp', quantity: 2 } });
    expect(statusCode).toBe(201);
    expect(body).toMatchObject({ item: 'Lamp', quantity: 2, placedBy: 'key_4f8KqZ1mN0pR' });
    expect(headers).toMatchObject({ Location: `/orders/${String(body['orderId'])}`, 'X-Request-Id': 'JKJaXmPLvHcESHA=' });
    expect(dynamo.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'orders-table',
      Item: { organizationId: 'org_aaaaaaaaaaaa', orderId: body['orderId'], item: 'Lamp', quantity: 2 },
    });
  });

  it.each([
    ['no body', undefined, 400, 'invalid_json'],
    ['broken JSON', '{"item":', 400, 'invalid_json'],
    ['no item', { quantity: 1 }, 400, 'invalid_request'],
    ['a quantity of nothing', { item: 'Lamp', quantity: 0 }, 400, 'invalid_request'],
    ['half a lamp', { item: 'Lamp', quantity: 0.5 }, 400, 'invalid_request'],
    ['an unknown field', { item: 'Lamp', quantity: 1, organizationId: 'org_bbbbbbbbbbbb' }, 400, 'invalid_request'],
    ['a body over 64 KiB', { item: 'x'.repeat(65_536), quantity: 1 }, 413, 'body_too_large'],
  ])('%s is refused, and nothing is stored', async (_, body, status, code) => {
    const answer = await call({ route: 'POST /orders', body });
    expect(answer).toMatchObject({ statusCode: status, body: { code }, headers: { 'Content-Type': 'application/problem+json' } });
    expect(dynamo.calls()).toHaveLength(0);
  });

  it('with a key that lacks the scope is refused, even where the route forgot to ask', async () => {
    const answer = await call({ route: 'POST /orders', body: { item: 'Lamp', quantity: 1 }, scopes: 'orders:read' });
    expect(answer).toMatchObject({ statusCode: 403, body: { code: 'insufficient_scope', missing: ['orders:write'] } });
    expect(dynamo.calls()).toHaveLength(0);
  });
});

const read = (orderId: string, organizationId: string) =>
  call({ route: 'GET /orders/{orderId}', path: { orderId }, organizationId });

describe('reading an order', () => {
  it('shows it to its organization', async () => {
    dynamo.on(GetCommand, { Key: { organizationId: 'org_aaaaaaaaaaaa', orderId: stored.orderId } }).resolves({ Item: stored });
    expect(await call({ route: 'GET /orders/{orderId}', path: { orderId: stored.orderId } })).toMatchObject({ statusCode: 200, body: shown });
  });

  it("another organization's order, an order that never was and an id that is none get the same answer", async () => {
    dynamo.on(GetCommand, { Key: { organizationId: 'org_aaaaaaaaaaaa', orderId: stored.orderId } }).resolves({ Item: stored });
    dynamo.on(GetCommand).resolves({});
    const others = await read(stored.orderId, 'org_bbbbbbbbbbbb');
    expect(others).toMatchObject({ statusCode: 404, body: { code: 'not_found' } });
    expect(await read('ord_ffffffffffffffffffffffffffffffff', 'org_aaaaaaaaaaaa')).toEqual(others);
    expect(await read(`ord_${'f'.repeat(5000)}`, 'org_aaaaaaaaaaaa')).toEqual(others);
    // An id that is none is not looked up: DynamoDB would refuse one this long, and the answer would be a 500.
    expect(dynamo.commandCalls(GetCommand)).toHaveLength(2);
  });
});

describe('listing orders', () => {
  it("holds the caller's organization's orders, a page at a time", async () => {
    dynamo.on(QueryCommand).resolves({ Items: [stored], LastEvaluatedKey: { organizationId: 'org_aaaaaaaaaaaa', orderId: stored.orderId } });
    const { body } = await call({ route: 'GET /orders', query: { limit: '1', cursor: 'ord_00000000000000000000000000000000' } });
    expect(body).toEqual({ items: [shown], nextCursor: stored.orderId });
    expect(dynamo.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      ExpressionAttributeValues: { ':organizationId': 'org_aaaaaaaaaaaa' },
      ExclusiveStartKey: { organizationId: 'org_aaaaaaaaaaaa', orderId: 'ord_00000000000000000000000000000000' },
      Limit: 1,
    });
  });

  it('ends with a null cursor', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [] });
    expect((await call({ route: 'GET /orders' })).body).toEqual({ items: [], nextCursor: null });
  });

  it.each([{ limit: '0' }, { limit: '101' }, { limit: 'all' }, { cursor: 'org_bbbbbbbbbbbb' }, { colour: 'green' }])('%o is refused', async (query) => {
    expect(await call({ route: 'GET /orders', query })).toMatchObject({ statusCode: 400, body: { code: 'invalid_request' } });
    expect(dynamo.calls()).toHaveLength(0);
  });
});

it('a key whose limit is reached places no order, and is told when to come back', async () => {
  const limit = { rateLimited: 'true', code: 'rate_limited', detail: 'The limit is 3 requests in 60 seconds.', retryAfter: '41' };
  const answer = await call({ route: 'POST /orders', body: { item: 'Lamp', quantity: 2 }, limit });
  expect(answer).toMatchObject({ statusCode: 429, headers: { 'Retry-After': '41' }, body: { code: 'rate_limited' } });
  expect(dynamo.calls()).toHaveLength(0);
});
