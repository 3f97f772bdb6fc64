import { readdirSync, readFileSync } from 'node:fs';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Problem, json, keyCaller, requireScope, whoami } from '../../../kit/lambda.ts';
import type { Caller, CallerContext } from '../../../kit/lambda.ts';

const authorizerContext = {
  keyId: 'key_4f8KqZ1mN0pR',
  keyName: 'Nightly%20%22import%22',
  organizationId: 'org_0123456789ab',
  environment: 'live',
  product: 'orders',
  plan: 'team',
  scopes: 'orders:read orders:write',
  expiresAt: '2027-02-20T00:00:00.000Z',
};

function eventWith(authorizer: Record<string, unknown> | null): APIGatewayProxyEvent {
  return {
    httpMethod: 'GET',
    resource: '/orders',
    requestContext: { authorizer, requestId: 'chosen-by-the-client', extendedRequestId: 'JKJaXmPLvHcESHA=' },
  } as unknown as APIGatewayProxyEvent;
}

type Handler = (event: APIGatewayProxyEvent, context: CallerContext) => Promise<APIGatewayProxyResult>;

async function run(handler: Handler, event = eventWith(authorizerContext)) {
  const wrapped = middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallerContext>().use(keyCaller()).handler(handler);
  const answer = await wrapped(event, {} as CallerContext);
  return { ...answer, body: JSON.parse(answer.body) as Record<string, unknown> };
}

/** With a middleware behind `keyCaller()` that answers errors, as those of middy do. */
async function runWithOwnErrors(error: Error): Promise<APIGatewayProxyResult> {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallerContext>()
    .use(keyCaller())
    .onError((request) => {
      request.response = { statusCode: 422, headers: { 'Content-Type': 'text/plain' }, body: request.error?.message ?? '' };
    })
    .handler(async () => {
      throw error;
    })(eventWith(authorizerContext), {} as CallerContext);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the caller', () => {
  it('is what the authorizer found, typed', async () => {
    let seen: Caller | undefined;
    await run(async (_, { caller }) => {
      seen = caller;
      return json(200, {});
    });
    expect(seen).toEqual({
      keyId: 'key_4f8KqZ1mN0pR',
      keyName: 'Nightly "import"',
      organizationId: 'org_0123456789ab',
      environment: 'live',
      product: 'orders',
      plan: 'team',
      scopes: ['orders:read', 'orders:write'],
      expiresAt: '2027-02-20T00:00:00.000Z',
      rateLimit: null,
    });
  });

  it('of a key without scopes and without expiry has none of either', async () => {
    const { body } = await run(
      async (_, { caller }) => json(200, { scopes: caller.scopes, expiresAt: caller.expiresAt }),
      eventWith({ ...authorizerContext, scopes: '', expiresAt: '' }),
    );
    expect(body).toEqual({ scopes: [], expiresAt: null });
  });
});

describe('a request that did not come through the authorizer reaches no handler', () => {
  it.each([
    ['no context', null],
    ['an empty context', {}],
    ['a context of another authorizer', { principalId: 'user', claims: { sub: 'user' } }],
    ['a context without the organization', { ...authorizerContext, organizationId: '' }],
    ['a context without scopes', { ...authorizerContext, scopes: undefined }],
  ])('%s', async (_, authorizer) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const handler = vi.fn<Handler>();
    const { statusCode, body } = await run(handler, eventWith(authorizer));
    expect(handler).not.toHaveBeenCalled();
    expect(statusCode).toBe(500);
    expect(body).toMatchObject({ code: 'internal_error' });
    expect(log.mock.calls).toMatchObject([[{ error: { message: 'The request carries no caller: is the method protected by a KeyAuthorizer?' } }]]);
  });
});

describe('requireScope', () => {
  it('lets a caller with the scope through', async () => {
    const { statusCode } = await run(async (_, { caller }) => {
      requireScope(caller, 'orders:write');
      return json(201, {});
    });
    expect(statusCode).toBe(201);
  });

  it.each(['orders:admin', 'orders', 'orders:read orders:write', ''])('refuses a caller without "%s" with 403 insufficient_scope', async (scope) => {
    const { statusCode, headers, body } = await run(async (_, { caller }) => {
      requireScope(caller, scope);
      return json(200, {});
    });
    expect(statusCode).toBe(403);
    expect(headers).toMatchObject({ 'Content-Type': 'application/problem+json' });
    expect(body).toEqual({
      type: 'https://gatewarden.dev/errors/insufficient_scope',
      title: 'The key lacks a scope',
      status: 403,
      detail: `The key lacks the scope ${scope}.`,
      code: 'insufficient_scope',
      instance: 'urn:gatewarden:request:JKJaXmPLvHcESHA=',
      missing: [scope],
    });
  });
});

describe('an answer', () => {
  it.each([
    ['of the handler', async () => json(200, {})],
    ['of a refusal', async () => Promise.reject(new Problem('not_found', 'There is nothing here.'))],
  ])('%s carries the request id that no client can choose', async (_, handler) => {
    const { headers } = await run(handler);
    expect(headers).toMatchObject({ 'X-Request-Id': 'JKJaXmPLvHcESHA=' });
  });

  it('to a failure says nothing of its cause, which is in the log', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { statusCode, body } = await run(async () => Promise.reject(new TypeError('secret table name')));
    expect(statusCode).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(log.mock.calls).toMatchObject([
      [{ requestId: 'JKJaXmPLvHcESHA=', route: 'GET /orders', error: { name: 'TypeError', message: 'secret table name' } }],
    ]);
  });

  it('that another middleware gave to an error of its own kind stays, with what each answer carries', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { statusCode, headers, body } = await runWithOwnErrors(new RangeError('The body is no JSON.'));
    expect([statusCode, body]).toEqual([422, 'The body is no JSON.']);
    expect(headers).toEqual({ 'Content-Type': 'text/plain', 'X-Request-Id': 'JKJaXmPLvHcESHA=' });
    expect(log).not.toHaveBeenCalled();
  });

  it('that another middleware gave to a refusal gives way to the refusal', async () => {
    const { statusCode, headers } = await runWithOwnErrors(new Problem('rate_limited', 'Too many requests.', { headers: { 'Retry-After': '31' } }));
    expect([statusCode, headers?.['Retry-After']]).toEqual([429, '31']);
  });

  it('to a refusal leaves no line in the log', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await run(async () => Promise.reject(new Problem('not_found', 'There is nothing here.')));
    expect(log).not.toHaveBeenCalled();
  });
});

it('whoami tells a caller which key it uses', async () => {
  const answer = await whoami(eventWith(authorizerContext), {} as Context & { caller: Caller });
  expect(answer.statusCode).toBe(200);
  expect(JSON.parse(answer.body)).toEqual({
    organizationId: 'org_0123456789ab',
    keyId: 'key_4f8KqZ1mN0pR',
    keyName: 'Nightly "import"',
    product: 'orders',
    environment: 'live',
    scopes: ['orders:read', 'orders:write'],
    expiresAt: '2027-02-20T00:00:00.000Z',
  });
});

it('what a function imports brings nothing of the CDK with it', () => {
  const sources = ['../../../kit/lambda.ts', ...readdirSync(new URL('../../../kit/lambda/', import.meta.url)).map((name) => `../../../kit/lambda/${name}`)];
  expect(sources.length).toBeGreaterThan(4);
  const text = sources.map((source) => readFileSync(new URL(source, import.meta.url), 'utf8')).join('');
  expect(text).not.toMatch(/from '(aws-cdk-lib|constructs|\.\.?\/(\.\.\/)?(cdk|index))/);
});
