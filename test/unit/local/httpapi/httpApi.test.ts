import { afterEach, describe, expect, it } from 'vitest';
import { httpApi, serveHttp } from '../fixtures/httpApi.ts';
import type { HttpApiOptions } from '../fixtures/httpApi.ts';
import type { Functions, Served, ServeOptions } from '../fixtures/restApi.ts';

let served: Served | undefined;
afterEach(() => served?.close());

const ok: Functions[string] = () => ({ statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: 'fine' });

async function start(functions: Functions = {}, options: HttpApiOptions & ServeOptions = {}): Promise<Served> {
  served = await serveHttp(httpApi(options), { backend: ok, authorizer: () => ({ isAuthorized: true }), ...functions }, options);
  return served;
}

describe('an event of an HTTP API', () => {
  it('holds the request in format 2.0', async () => {
    const { send, events } = await start({ authorizer: () => ({ isAuthorized: true, context: { keyId: 'key_1', scopes: ['a'] } }) }, { routes: ['POST /orders/{orderId}'], stages: [{ variables: { v: '1' } }] });
    const { headers } = await send({
      path: '/orders/17?a=1&b=x%20y&a=2&c',
      method: 'POST',
      headers: { 'User-Agent': 'me', 'X-MiXed': ['1', '2'], 'Content-Type': 'application/json', Cookie: 'a=1; b=2' },
      body: '{"ü":1}',
    });
    expect(events['backend']?.[0]).toEqual({
      version: '2.0',
      routeKey: 'POST /orders/{orderId}',
      rawPath: '/orders/17',
      rawQueryString: 'a=1&b=x%20y&a=2&c',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({ 'x-mixed': '1,2', 'user-agent': 'me', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https', 'content-type': 'application/json' }),
      queryStringParameters: { a: '1,2', b: 'x y', c: '' },
      pathParameters: { orderId: '17' },
      stageVariables: { v: '1' },
      body: '{"ü":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId: 'api1',
        authorizer: { lambda: { keyId: 'key_1', scopes: ['a'] } },
        domainName: 'api1.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'api1',
        http: { method: 'POST', path: '/orders/17', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'me' },
        requestId: headers['apigw-requestid'],
        routeKey: 'POST /orders/{orderId}',
        stage: '$default',
        time: '22/Nov/2026:07:45:00 +0000',
        timeEpoch: 1_795_333_500_000,
      },
    });
    expect(Object.keys(events['backend']?.[0]?.['headers'] as object).filter((name) => name !== name.toLowerCase() || name === 'cookie')).toEqual([]);
  });

  it('leaves out what there is not', async () => {
    const { send, events } = await start({}, { routes: [], open: ['GET /'] });
    await send({ path: '/' });
    const event = events['backend']?.[0] ?? {};
    expect(Object.keys(event).sort()).toEqual(['headers', 'isBase64Encoded', 'rawPath', 'rawQueryString', 'requestContext', 'routeKey', 'version']);
    expect(event['requestContext']).not.toHaveProperty('authorizer');
  });

  it('for the authorizer holds no body, and says which route is asked for', async () => {
    const { send, events } = await start({}, { routes: ['POST /orders/{orderId}'], identitySources: ['$request.header.X-Key', '$request.querystring.k', '$stageVariables.v', '$context.httpMethod'], stages: [{ variables: { v: '1' } }] });
    await send({ path: '/orders/a%20b?k=2', method: 'POST', headers: { 'x-key': 'K' }, body: 'text' });
    expect(events['authorizer']?.[0]).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/$default/POST/orders/a b',
      identitySource: ['K', '2', '1', 'POST'],
      routeKey: 'POST /orders/{orderId}',
      rawPath: '/orders/a b',
      headers: { 'x-key': 'K' },
      pathParameters: { orderId: 'a b' },
      requestContext: { http: { method: 'POST', sourceIp: '127.0.0.1' }, stage: '$default' },
    });
    expect(events['authorizer']?.[0]).not.toHaveProperty('body');
  });

  it('carries a body of another type than text in base64', async () => {
    const { send, events } = await start({}, { routes: [], open: ['ANY /'] });
    await send({ path: '/', method: 'PUT', headers: { 'Content-Type': 'image/png' }, body: Buffer.from([1, 2, 255]) });
    expect(events['backend']?.[0]).toMatchObject({ body: 'AQL/', isBase64Encoded: true });
  });

  it('loses what an escaped question mark hides from the path, as AWS loses it', async () => {
    const { send, events } = await start({}, { routes: [], open: ['GET /{proxy+}'] });
    await send({ path: '/a/b%3Fadmin=1' });
    expect(events['backend']?.[0]).toMatchObject({ rawPath: '/a/b', rawQueryString: '', pathParameters: { proxy: 'a/b?admin=1' } });
  });
});

describe('the outcome of an authorizer with simple responses', () => {
  it.each<[string, Functions[string], number, string]>([
    ['isAuthorized: false', () => ({ isAuthorized: false, context: { code: 'expired_key' } }), 403, '{"message":"Forbidden"}'],
    ['exactly Unauthorized thrown', () => { throw new Error('Unauthorized'); }, 401, '{"message":"Unauthorized"}'],
    ['another error', () => { throw new Error('unauthorized'); }, 500, '{"message":"Internal Server Error"}'],
    ['no answer', () => null, 500, '{"message":"Internal Server Error"}'],
    ['a policy', () => ({ principalId: 'x', policyDocument: {} }), 500, '{"message":"Internal Server Error"}'],
    ['a text for the truth', () => ({ isAuthorized: 'true' }), 500, '{"message":"Internal Server Error"}'],
  ])('%s does not reach the function', async (_name, authorizer, status, body) => {
    const { send, events } = await start({ authorizer });
    expect(await send({ path: '/orders/1' })).toMatchObject({ status, body, headers: { 'content-type': 'application/json' } });
    expect(events['backend']).toBeUndefined();
  });

  it('without the permission to call it is a 500, and nobody is asked', async () => {
    const { send, events, log } = await start({}, { mayInvoke: false });
    expect((await send({ path: '/orders/1' })).status).toBe(500);
    expect(events).toEqual({});
    expect(log.join()).toContain('authorizers/auth1');
  });

  it('a missing or empty identity source is a 401 without a call', async () => {
    const { send, events } = await start({}, { identitySources: ['$request.header.X-API-Key'] });
    expect(await send({ path: '/orders/1' })).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect((await send({ path: '/orders/1', headers: { 'X-API-Key': '' } })).status).toBe(401);
    expect(events).toEqual({});
  });

  it('is asked for again at every request', async () => {
    const { send, events } = await start();
    for (let call = 0; call < 3; call += 1) await send({ path: '/orders/1' });
    expect(events['authorizer']).toHaveLength(3);
  });
});

describe('an answer of the function', () => {
  it.each<[string, unknown, object]>([
    ['an object without a status code', { orders: [] }, { status: 200, body: '{"orders":[]}', headers: { 'content-type': 'application/json' } }],
    ['a text', 'hello', { status: 200, body: 'hello', headers: { 'content-type': 'application/json' } }],
    ['a list', [1], { status: 200, body: '[1]' }],
    ['a status code alone', { statusCode: 204 }, { status: 204, body: '' }],
    ['a body without a type', { statusCode: 200, body: '{}' }, { status: 200, body: '{}', headers: { 'content-type': 'text/plain;charset=UTF-8' } }],
    ['headers and cookies', { statusCode: 429, headers: { 'Content-Type': 'application/problem+json', 'Retry-After': 3 }, cookies: ['a=1', 'b=2'], body: '{}' }, { status: 429, headers: { 'content-type': 'application/problem+json', 'retry-after': '3', 'set-cookie': ['a=1', 'b=2'] } }],
    ['base64', { statusCode: 200, body: 'aGk=', isBase64Encoded: true }, { status: 200, body: 'hi' }],
    ['a status code that is none', { statusCode: 'fine' }, { status: 500, body: '{"message":"Internal Server Error"}' }],
    ['a body that is no text', { statusCode: 200, body: {} }, { status: 500, body: '{"message":"Internal Server Error"}' }],
    ['a header with a line break', { statusCode: 200, headers: { x: 'a\r\nb: c' } }, { status: 500 }],
  ])('%s', async (_name, answer, expected) => {
    const { send } = await start({ backend: () => answer });
    expect(await send({ path: '/orders/1' })).toMatchObject(expected);
  });

  it('is a 500 without its message where it failed, and a 503 where it is late', async () => {
    const failing = await start({ backend: () => { throw new Error('secret detail'); } });
    expect(await failing.send({ path: '/orders/1' })).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    await failing.close();
    const late = await start({ backend: () => new Promise((resolve) => setTimeout(() => resolve({}), 200)) }, { timeoutMs: 50 });
    expect(await late.send({ path: '/orders/1' })).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });
});

describe('paths', () => {
  it.each([['/none', 404], ['/orders', 404], ['/orders/1/', 404], ['//orders/1', 404], ['/orders/%zz', 400], ['/orders/%ff', 400], ['/orders/1?a=%zz', 400]])('%s is a %i of the API alone', async (path, status) => {
    const { send, events } = await start();
    expect((await send({ path })).status).toBe(status);
    expect(events).toEqual({});
  });

  it('begin with the name of a stage, or mean the stage that has none', async () => {
    const { send, events } = await start({}, { stages: [{}, { name: 'v1', variables: { stage: 'one' } }] });
    await send({ path: '/v1/orders/1' });
    await send({ path: '/orders/1' });
    expect(events['backend']).toMatchObject([
      { rawPath: '/v1/orders/1', stageVariables: { stage: 'one' }, requestContext: { stage: 'v1', http: { path: '/v1/orders/1' } } },
      { rawPath: '/orders/1', requestContext: { stage: '$default' } },
    ]);
    expect(events['authorizer']?.[0]).toMatchObject({ routeArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/v1/GET/orders/1' });
    expect((await send({ path: '/$default/orders/1' })).status).toBe(404);
  });

  it('that name no stage are a 404 where every stage has a name', async () => {
    const { send } = await start({}, { stages: [{ name: 'v1' }] });
    expect(await send({ path: '/orders/1' })).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
  });

  it('a body of more than 10 MB is a 413', async () => {
    const { send } = await start({}, { routes: [], open: ['POST /'] });
    expect((await send({ path: '/', method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) })).status).toBe(413);
  });
});

describe('the access log of an HTTP API', () => {
  const format = '$context.extendedRequestId $context.requestId $context.requestTimeEpoch $context.apiId $context.stage $context.httpMethod $context.routeKey $context.status $context.identity.sourceIp $context.authorizer.keyId $context.error.responseType $context.resourcePath';
  const stages = [{ accessLog: { logGroup: 'access', format } }];

  it('has one line for each request, with the route key and not the path, and its time in seconds', async () => {
    const authorizer = ({ rawPath }: Record<string, unknown>): object => ({ isAuthorized: rawPath === '/orders/1', context: { keyId: 'key_1' } });
    const { send, accessLog } = await start({ authorizer }, { stages });
    const { headers } = await send({ path: '/orders/1' });
    await send({ path: '/orders/2' });
    await send({ path: '/none' });
    const id = String(headers['apigw-requestid']);
    expect(accessLog[0]).toBe(`access: ${id} ${id} 1795333500 api1 $default GET GET /orders/{orderId} 200 127.0.0.1 key_1 - -`);
    expect(accessLog.slice(1).map((line) => line.slice(line.indexOf('GET')))).toEqual(['GET GET /orders/{orderId} 403 127.0.0.1 key_1 ACCESS_DENIED -', 'GET - 404 127.0.0.1 - NOT_FOUND -']);
  });
});
