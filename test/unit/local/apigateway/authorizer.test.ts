import { afterEach, describe, expect, it } from 'vitest';
import { policy, restApi, serve } from '../fixtures/restApi.ts';
import type { ApiOptions, Functions, Served } from '../fixtures/restApi.ts';

let served: Served | undefined;
afterEach(() => served?.close());

const backend = (event: Record<string, unknown>): object => ({ statusCode: 200, body: JSON.stringify((event['requestContext'] as Record<string, unknown>)['authorizer']) });

async function start(authorizer: Functions[string], options: Partial<ApiOptions> & { mayInvoke?: boolean; nowMs?: () => number } = {}): Promise<Served> {
  const api = restApi({ methods: { 'GET /orders/{orderId}': { authorizerId: 'auth1' }, 'POST /orders/{orderId}': { authorizerId: 'auth1' } }, ...options });
  served = await serve(api, { backend, authorizer }, options);
  return served;
}

describe('the outcome of an authorizer', () => {
  it('Allow passes on, with every context value as text', async () => {
    const { send } = await start(() => policy('Allow', { keyId: 'key_1', count: 3, isTest: false }));
    const { status, body } = await send({ path: '/v1/orders/1' });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ principalId: 'someone', keyId: 'key_1', count: '3', isTest: 'false', integrationLatency: expect.any(Number) });
  });

  it.each<[string, Functions[string], number, string]>([
    ['Deny', () => policy('Deny'), 403, 'ACCESS_DENIED'],
    ['an Allow for another method', () => policy('Allow', {}, '*/POST/*'), 403, 'ACCESS_DENIED'],
    ['exactly Unauthorized thrown', () => { throw new Error('Unauthorized'); }, 401, 'UNAUTHORIZED'],
    ['another error', () => { throw new Error('unauthorized'); }, 500, 'AUTHORIZER_FAILURE'],
    ['no answer', () => null, 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['a text', () => 'Allow', 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['no principal', () => ({ ...policy('Allow'), principalId: undefined }), 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['no policy', () => ({ principalId: 'x' }), 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['an object in the context', () => policy('Allow', { key: { id: 1 } }), 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['a list in the context', () => policy('Allow', { scopes: ['a'] }), 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['a null in the context', () => policy('Allow', { expiresAt: null }), 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
  ])('%s does not reach the function', async (_name, authorizer, status, responseType) => {
    const templates = { 'application/json': '$context.error.responseType' };
    const { send, events } = await start(authorizer, { gatewayResponses: { DEFAULT_4XX: { templates }, DEFAULT_5XX: { templates } } });
    const answer = await send({ path: '/v1/orders/1' });
    expect([answer.status, answer.body]).toEqual([status, responseType]);
    expect(events['backend']).toBeUndefined();
  });

  it("a refusal's answer shows the context that the authorizer gave", async () => {
    const { send } = await start(() => policy('Deny', { code: 'wrong_product' }), {
      gatewayResponses: { ACCESS_DENIED: { templates: { 'application/problem+json': '{"code":"$context.authorizer.code"}' } } },
    });
    expect((await send({ path: '/v1/orders/1' })).body).toBe('{"code":"wrong_product"}');
  });

  it('without the permission to invoke it the call is a 500, and nobody is asked', async () => {
    const { send, events, log } = await start(() => policy('Allow'), { mayInvoke: false });
    expect((await send({ path: '/v1/orders/1' })).status).toBe(500);
    expect(events).toEqual({});
    expect(log.join()).toContain('Invalid permissions on Lambda function');
  });

  it('gets the whole request', async () => {
    const { send, events } = await start(() => policy('Allow'), { variables: { gatewarden_product: 'orders' } });
    await send({ path: '/v1/orders/a%2Fb?q=1&q=2', headers: { 'X-Api-KEY': 'secret' } });
    expect(events['authorizer']?.[0]).toMatchObject({
      type: 'REQUEST',
      methodArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/v1/GET/orders/a%2Fb',
      resource: '/orders/{orderId}',
      path: '/orders/a%2Fb',
      httpMethod: 'GET',
      headers: { 'X-Api-KEY': 'secret' },
      multiValueHeaders: { 'X-Api-KEY': ['secret'] },
      queryStringParameters: { q: '2' },
      multiValueQueryStringParameters: { q: ['1', '2'] },
      pathParameters: { orderId: 'a%2Fb' },
      stageVariables: { gatewarden_product: 'orders' },
      requestContext: { stage: 'v1', apiId: 'api1', resourcePath: '/orders/{orderId}', httpMethod: 'GET', path: '/v1/orders/a%2Fb', identity: { sourceIp: '127.0.0.1' } },
    });
  });
});

describe('identity sources and the cache', () => {
  const source = { identitySources: ['method.request.header.X-API-Key'] };

  it('a missing or empty source is a 401 without a call', async () => {
    const { send, events } = await start(() => policy('Allow'), { authorizer: source });
    expect((await send({ path: '/v1/orders/1' })).status).toBe(401);
    expect((await send({ path: '/v1/orders/1', headers: { 'X-API-Key': '' } })).status).toBe(401);
    expect(events).toEqual({});
  });

  it('with TTL 0 every call asks', async () => {
    const { send, events } = await start(() => policy('Allow'), { authorizer: source });
    for (let call = 0; call < 3; call += 1) await send({ path: '/v1/orders/1', headers: { 'X-API-Key': 'a' } });
    expect(events['authorizer']).toHaveLength(3);
  });

  it('with a TTL one answer serves the same identity until it ends, and the policy is applied to each method', async () => {
    let nowMs = Date.UTC(2026, 10, 22);
    const { send, events } = await start(() => policy('Allow', {}, '*/GET/*'), { authorizer: { ...source, ttlSec: 60 }, nowMs: () => nowMs });
    const call = async (key: string, method = 'GET'): Promise<number> => (await send({ path: '/v1/orders/1', method, headers: { 'X-API-Key': key } })).status;
    expect([await call('a'), await call('a'), await call('a', 'POST')]).toEqual([200, 200, 403]);
    expect(events['authorizer']).toHaveLength(1);
    await call('b');
    expect(events['authorizer']).toHaveLength(2);
    nowMs += 60_000;
    await call('a');
    expect(events['authorizer']).toHaveLength(3);
  });

  it('a failure is not cached', async () => {
    let isUp = false;
    const { send } = await start(() => {
      if (!isUp) throw new Error('down');
      return policy('Allow');
    }, { authorizer: { ...source, ttlSec: 60 } });
    expect((await send({ path: '/v1/orders/1', headers: { 'X-API-Key': 'a' } })).status).toBe(500);
    isUp = true;
    expect((await send({ path: '/v1/orders/1', headers: { 'X-API-Key': 'a' } })).status).toBe(200);
  });

  it('a TOKEN authorizer gets the token alone, and one that does not match its expression is a 401', async () => {
    const { send, events } = await start(() => policy('Allow'), { authorizer: { type: 'TOKEN', identitySources: ['method.request.header.Authorization'], validation: /^Bearer .+$/u } });
    expect((await send({ path: '/v1/orders/1', headers: { Authorization: 'Basic x' } })).status).toBe(401);
    expect((await send({ path: '/v1/orders/1', headers: { Authorization: 'Bearer x' } })).status).toBe(200);
    expect(events['authorizer']).toEqual([{ type: 'TOKEN', methodArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/v1/GET/orders/1', authorizationToken: 'Bearer x' }]);
  });
});
