import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, APIGatewayProxyResult, APIGatewayProxyResultV2 } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Problem, json, keyCaller, whoami } from '../../../kit/lambda.ts';
import type { Caller, CallerContext } from '../../../kit/lambda.ts';

const identity = {
  keyId: 'key_4f8KqZ1mN0pR',
  keyName: 'CI',
  organizationId: 'org_0123456789ab',
  environment: 'live',
  product: 'orders',
  plan: 'team',
  scopes: 'orders:read',
  expiresAt: '',
};
const bounded = { ...identity, rateLimit: '100', rateLimitRemaining: '50', rateLimitReset: '1795341660', rateLimitPolicy: 'default', rateLimitWindowSec: '60' };
const refused = {
  ...bounded,
  rateLimitRemaining: '0',
  rateLimited: 'true',
  code: 'rate_limited',
  retryAfter: '31',
  detail: 'The limit is 100 requests in 60 seconds.',
};

// 30 s before the window's end.
const nowMs = Date.UTC(2026, 10, 22, 10, 0, 30);

type Authorizer = Readonly<Record<string, unknown>>;
type Answer = { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: string };

const rest = {
  event: (authorizer: Authorizer) => ({ httpMethod: 'GET', resource: '/orders', requestContext: { authorizer, extendedRequestId: 'JKJaXmPLvHcESHA=' } }),
};
const http = {
  event: (authorizer: Authorizer) => ({ version: '2.0', routeKey: 'GET /orders', requestContext: { authorizer: { lambda: authorizer }, requestId: 'JKJaXmPLvHcESHA=' } }),
};
const kinds = [
  ['a REST API', rest],
  ['an HTTP API', http],
] as const;

async function run(event: unknown, handler: (event: unknown, context: CallerContext) => Promise<unknown> = async () => json(200, {})): Promise<Answer> {
  const wrapped = middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallerContext>()
    .use(keyCaller({ nowMs: () => nowMs }))
    .handler(handler as (event: APIGatewayProxyEvent, context: CallerContext) => Promise<APIGatewayProxyResult>);
  return (await wrapped(event as APIGatewayProxyEvent, {} as CallerContext)) as unknown as Answer;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(kinds)('behind %s', (_, { event }) => {
  it('a request that a limit refuses is answered 429 before the handler runs, with how long to wait', async () => {
    const handler = vi.fn<() => Promise<unknown>>();
    const { statusCode, headers, body } = await run(event(refused), handler);
    expect(handler).not.toHaveBeenCalled();
    expect(statusCode).toBe(429);
    expect(headers).toEqual({
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'Retry-After': '31',
      RateLimit: '"default";r=0;t=30',
      'RateLimit-Policy': '"default";q=100;w=60',
      'X-Request-Id': 'JKJaXmPLvHcESHA=',
    });
    expect(JSON.parse(body)).toEqual({
      type: 'https://gatewarden.dev/errors/rate_limited',
      title: 'The rate limit is reached',
      status: 429,
      detail: 'The limit is 100 requests in 60 seconds.',
      code: 'rate_limited',
      instance: 'urn:gatewarden:request:JKJaXmPLvHcESHA=',
    });
  });

  it('a used-up quota is named as what it is', async () => {
    const { statusCode, headers, body } = await run(
      event({ ...refused, code: 'quota_exceeded', retryAfter: '777600', rateLimitPolicy: 'organization-month', rateLimit: '5000', rateLimitWindowSec: '2592000' }),
    );
    expect(statusCode).toBe(429);
    expect(headers).toMatchObject({ 'Retry-After': '777600', 'RateLimit-Policy': '"organization-month";q=5000;w=2592000' });
    expect(JSON.parse(body)).toMatchObject({ code: 'quota_exceeded', title: 'The quota is used up' });
  });

  it('an answer says what is left of the limit, also one that refuses', async () => {
    const fields = { RateLimit: '"default";r=50;t=30', 'RateLimit-Policy': '"default";q=100;w=60', 'X-Request-Id': 'JKJaXmPLvHcESHA=' };
    expect((await run(event(bounded))).headers).toEqual({ ...fields, 'Content-Type': 'application/json' });
    const refusal = await run(event(bounded), async () => Promise.reject(new Problem('not_found', 'There is nothing here.')));
    expect(refusal).toMatchObject({ statusCode: 404, headers: fields });
  });

  it('an answer to a key without limits says nothing of them', async () => {
    const { headers } = await run(event(identity));
    expect(headers).toEqual({ 'Content-Type': 'application/json', 'X-Request-Id': 'JKJaXmPLvHcESHA=' });
  });

  it('the caller knows its limit', async () => {
    let seen: Caller | undefined;
    await run(event(bounded), async (_event, { caller }) => {
      seen = caller;
      return json(200, {});
    });
    expect(seen?.rateLimit).toEqual({
      limit: 100,
      windowSec: 60,
      remaining: 50,
      resetAt: '2026-11-22T10:01:00.000Z',
      policy: 'default',
    });
    expect(seen?.organizationId).toBe('org_0123456789ab');
  });

  it('what the handler says of a limit of its own stays', async () => {
    const { headers } = await run(event(bounded), async () => json(200, {}, { RateLimit: '"mine";r=1;t=1' }));
    expect(headers['RateLimit']).toBe('"mine";r=1;t=1');
  });

  it('however the handler spells a header, the answer has it once', async () => {
    const { headers } = await run(event(bounded), async () => json(200, {}, { ratelimit: '"mine";r=1;t=1', 'x-request-id': 'mine' }));
    expect(headers).toEqual({
      'Content-Type': 'application/json',
      ratelimit: '"mine";r=1;t=1',
      'RateLimit-Policy': '"default";q=100;w=60',
      'X-Request-Id': 'JKJaXmPLvHcESHA=',
    });
  });

  it('a refusal of a request without a caller is the 500 that it would have been', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { statusCode } = await run(event({ ...refused, organizationId: '' }));
    expect(statusCode).toBe(500);
  });
});

describe('a refusal is never taken for a pass:', () => {
  it.each<[string, Authorizer, string]>([
    ['any word but false', { rateLimited: 'yes' }, '31'],
    ['a boolean', { rateLimited: true }, '31'],
    ['no time to wait: the end of the window counts', { retryAfter: '' }, '30'],
    ['a time to wait that is none', { retryAfter: '1; mode=block' }, '30'],
    ['a wait of nothing: 1 s is the least', { retryAfter: '0' }, '1'],
    ['nothing but the word', { retryAfter: '', rateLimitReset: '', code: 'sold_out', detail: '' }, '1'],
  ])('%s', async (_, differences, retryAfterSec) => {
    const { statusCode, headers, body } = await run(rest.event({ ...refused, ...differences }));
    expect(statusCode).toBe(429);
    expect(headers['Retry-After']).toBe(retryAfterSec);
    expect(JSON.parse(body)).toMatchObject({ code: 'rate_limited', detail: expect.stringMatching(/./) });
  });

  it.each(['false', '', false])('a pass is "%s"', async (rateLimited) => {
    expect((await run(rest.event({ ...bounded, rateLimited }))).statusCode).toBe(200);
  });
});

it('a limit that ends at a time which cannot be is not shown, and is no failure', async () => {
  const { statusCode, headers } = await run(rest.event({ ...bounded, rateLimitReset: '9999999999999' }));
  expect(statusCode).toBe(200);
  expect(headers).not.toHaveProperty('RateLimit');
});

it.each(['rateLimit', 'rateLimitRemaining', 'rateLimitReset', 'rateLimitWindowSec', 'rateLimitPolicy'])(
  'a limit without a readable %s is not shown: half of it would mislead',
  async (name) => {
    for (const value of [undefined, '', '-1', 'many'].slice(0, name === 'rateLimitPolicy' ? 2 : 4)) {
      const { statusCode, headers } = await run(rest.event({ ...bounded, [name]: value }));
      expect([statusCode, Object.keys(headers)]).toEqual([200, ['Content-Type', 'X-Request-Id']]);
    }
  },
);

describe('behind an HTTP API', () => {
  it.each<[string, unknown, string]>([
    ['an object', { orders: [] }, '{"orders":[]}'],
    ['a text', '{"orders":[]}', '{"orders":[]}'],
    ['a list', [1, 2], '[1,2]'],
    ['an empty text', '', ''],
  ])('%s without a status is a 200, as API Gateway would make it', async (_, answer, body) => {
    expect(await run(http.event(bounded), async () => answer)).toEqual({
      statusCode: 200,
      headers: {
        'Content-Type': 'application/json',
        RateLimit: '"default";r=50;t=30',
        'RateLimit-Policy': '"default";q=100;w=60',
        'X-Request-Id': 'JKJaXmPLvHcESHA=',
      },
      body,
    });
  });

  it('cookies and the like of an answer stay', async () => {
    expect(await run(http.event(identity), async () => ({ statusCode: 204, cookies: ['a=b'] }))).toMatchObject({ statusCode: 204, cookies: ['a=b'] });
  });

  it('the caller of a JWT authorizer is none of ours', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const event = { ...http.event({}), requestContext: { authorizer: { jwt: { claims: identity, scopes: [] } }, requestId: 'JKJaXmPLvHcESHA=' } };
    expect((await run(event)).statusCode).toBe(500);
    expect(log.mock.calls).toMatchObject([[{ route: 'GET /orders', requestId: 'JKJaXmPLvHcESHA=' }]]);
  });

  it('whoami tells a caller which key it uses', async () => {
    const { statusCode, headers, body } = await whoami(http.event(identity) as unknown as APIGatewayProxyEvent, {} as CallerContext);
    expect(headers).toMatchObject({ 'Cache-Control': 'no-store' });
    expect([statusCode, JSON.parse(body)]).toMatchObject([200, { keyId: 'key_4f8KqZ1mN0pR', scopes: ['orders:read'] }]);
  });

  it('the middleware takes its types', () => {
    const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyResultV2, Error, CallerContext>()
      .use(keyCaller<APIGatewayProxyEventV2, APIGatewayProxyResultV2>())
      .handler(async (event, { caller }) => json(200, { route: event.routeKey, keyId: caller.keyId }));
    expect(handler).toBeTypeOf('function');
  });
});
