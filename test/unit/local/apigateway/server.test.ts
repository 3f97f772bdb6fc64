import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { policy, restApi, serve } from '../fixtures/restApi.ts';
import type { ApiOptions, Functions, Served } from '../fixtures/restApi.ts';

let served: Served | undefined;
afterEach(() => served?.close());

const ok: Functions[string] = () => ({ statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: 'fine' });

async function start(backend: Functions[string] = ok, options: Partial<ApiOptions> & { mayInvoke?: boolean } = {}): Promise<Served> {
  served = await serve(restApi({ methods: { 'ANY /': {}, 'ANY /orders/{orderId}': {} }, ...options }), { backend, authorizer: () => policy('Allow') }, options);
  return served;
}

/** Sends bytes as they are and reads what comes back until the connection ends. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
}

describe('a proxy event', () => {
  it('holds the request as REST APIs send it on', async () => {
    const { send, events } = await start(ok, { variables: { v: '1' } });
    await send({ path: '/v1/orders/17?a=1&b=x%20y&a=2&c', method: 'POST', headers: { 'User-Agent': 'me', 'X-MiXed': ['1', '2'], 'Content-Type': 'application/json' }, body: '{"ü":1}' });
    expect(events['backend']?.[0]).toMatchObject({
      resource: '/orders/{orderId}',
      path: '/orders/17',
      httpMethod: 'POST',
      pathParameters: { orderId: '17' },
      queryStringParameters: { a: '2', b: 'x y', c: '' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y'], c: [''] },
      headers: { 'X-MiXed': '2', 'X-Forwarded-For': '127.0.0.1', 'X-Forwarded-Proto': 'https' },
      multiValueHeaders: { 'X-MiXed': ['1', '2'] },
      stageVariables: { v: '1' },
      body: '{"ü":1}',
      isBase64Encoded: false,
      requestContext: {
        stage: 'v1', apiId: 'api1', accountId: '000000000000', resourcePath: '/orders/{orderId}', path: '/v1/orders/17', httpMethod: 'POST', protocol: 'HTTP/1.1',
        requestTime: '22/Nov/2026:07:45:00 +0000', requestTimeEpoch: 1_795_333_500_000,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/u), extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/u),
        identity: { sourceIp: '127.0.0.1', userAgent: 'me' },
      },
    });
  });

  it('has null where there is nothing', async () => {
    const { send, events } = await start();
    await send({ path: '/v1/' });
    expect(events['backend']?.[0]).toMatchObject({ body: null, queryStringParameters: null, multiValueQueryStringParameters: null, pathParameters: null, stageVariables: null });
    expect(events['backend']?.[0]?.['requestContext']).not.toHaveProperty('authorizer');
  });

  it('carries a body of a binary media type in base64', async () => {
    const { send, events } = await start(ok, { binaryMediaTypes: ['image/*'] });
    await send({ path: '/v1/', method: 'POST', headers: { 'Content-Type': 'image/png' }, body: Buffer.from([0, 255, 128]) });
    expect(events['backend']?.[0]).toMatchObject({ body: 'AP+A', isBase64Encoded: true });
  });

  it('shows the peer as the source address, whatever X-Forwarded-For says', async () => {
    const { send, events } = await start();
    await send({ path: '/v1/', headers: { 'X-Forwarded-For': '203.0.113.9' }, localAddress: '127.0.0.2' });
    expect(events['backend']?.[0]).toMatchObject({ headers: { 'X-Forwarded-For': '203.0.113.9, 127.0.0.2' }, requestContext: { identity: { sourceIp: '127.0.0.2' } } });
  });

  it('a client chooses the request id and cannot choose the extended one', async () => {
    const { send, events } = await start();
    const { headers } = await send({ path: '/v1/', headers: { 'x-amzn-RequestId': 'mine', 'x-amz-apigw-id': 'mine', 'x-extended-request-id': 'mine' } });
    const context = events['backend']?.[0]?.['requestContext'] as Record<string, string>;
    expect([context['requestId'], headers['x-amzn-requestid']]).toEqual(['mine', 'mine']);
    expect(headers['x-amz-apigw-id']).toBe(context['extendedRequestId']);
    expect(context['extendedRequestId']).not.toBe('mine');
  });
});

describe("a function's answer", () => {
  it('goes out with its status, headers and body', async () => {
    const { send } = await start(() => ({ statusCode: 201, headers: { Location: '/x', 'X-N': 1 }, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: 'made' }));
    const { status, headers, body } = await send({ path: '/v1/' });
    expect([status, headers['location'], headers['x-n'], headers['set-cookie'], headers['content-type'], body]).toEqual([201, '/x', '1', ['a=1', 'b=2'], 'application/json', 'made']);
  });

  it('cannot set the headers that API Gateway keeps for itself', async () => {
    const { send } = await start(() => ({ statusCode: 401, headers: { 'WWW-Authenticate': 'ApiKey', Server: 'mine', Connection: 'close' }, body: '' }));
    const { headers } = await send({ path: '/v1/' });
    expect(headers['www-authenticate']).toBeUndefined();
    expect([headers['x-amzn-remapped-www-authenticate'], headers['x-amzn-remapped-server'], headers['x-amzn-remapped-connection']]).toEqual(['ApiKey', 'mine', 'close']);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'fine'],
    ['a list', []],
    ['no status code', { body: 'x' }],
    ['a status code that is none', { statusCode: 99, body: 'x' }],
    ['an object as body', { statusCode: 200, body: { a: 1 } }],
    ['an unknown field', { statusCode: 200, body: 'x', cookies: [] }],
    ['a header that is an object', { statusCode: 200, headers: { x: {} } }],
    ['a header with a line break', { statusCode: 200, headers: { x: 'a\r\nb: c' } }],
    ['a header name that is none', { statusCode: 200, headers: { 'a b': 'c' } }],
  ])('%s is malformed: a 502 by the gateway response', async (_name, answer) => {
    const { send, log } = await start(() => answer, { gatewayResponses: { DEFAULT_5XX: { templates: { 'application/problem+json': '{"status":502}' } } } });
    const { status, body, headers } = await send({ path: '/v1/' });
    expect([status, body, headers['content-type']]).toEqual([502, '{"status":502}', 'application/problem+json']);
    expect(log.join()).toContain('Malformed Lambda proxy response');
  });

  it('a function that fails is a 502 without its message', async () => {
    const { send } = await start(() => {
      throw new Error('secret detail');
    });
    const { status, body } = await send({ path: '/v1/' });
    expect([status, body]).toEqual([502, '{"message":"Internal server error"}']);
  });

  it('later than the time limit is a 504', async () => {
    const integration = { type: 'AWS_PROXY', functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:backend', timeoutMs: 50 } as const;
    const { send } = await start(() => new Promise((resolve) => setTimeout(() => resolve({ statusCode: 200 }), 200)), { methods: { 'GET /slow': { integration } } });
    expect((await send({ path: '/v1/slow' })).status).toBe(504);
  });

  it('base64 is decoded for a client that accepts a binary media type, and only then', async () => {
    const { send } = await start(() => ({ statusCode: 200, headers: { 'Content-Type': 'image/png' }, body: 'aGk=', isBase64Encoded: true }), { binaryMediaTypes: ['image/png'] });
    expect((await send({ path: '/v1/', headers: { Accept: 'image/png' } })).body).toBe('hi');
    expect((await send({ path: '/v1/', headers: { Accept: 'text/html' } })).body).toBe('aGk=');
  });

  it('to HEAD has headers and no body', async () => {
    const { send } = await start();
    expect(await send({ path: '/v1/', method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('without the permission to invoke the function there is none: a 500', async () => {
    const { send, events } = await start(ok, { mayInvoke: false });
    expect((await send({ path: '/v1/' })).status).toBe(500);
    expect(events).toEqual({});
  });
});

describe('paths and sizes', () => {
  it.each(['/v1/orders/1', '/orders/1'])('%s reaches the same resource: as at execute-api, and as through a custom domain', async (path) => {
    const { send, events } = await start();
    expect((await send({ path })).status).toBe(200);
    expect(events['backend']?.[0]).toMatchObject({ path: '/orders/1', requestContext: { path, stage: 'v1' } });
  });

  it.each(['/v1/nothing', '/v1/../orders/1', '//orders/1', '/v1//', '/v1/orders/1/%2e%2e', '/%00', '/v1/orders/1/..%2f', `/v1/${'x'.repeat(8_000)}`])(
    'a path that is no resource is a 403 by its gateway response (%#)',
    async (path) => {
      const { send, events } = await start();
      expect(await send({ path })).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' });
      expect(events).toEqual({});
    },
  );

  it.each(['/v1/orders/%zz', '/v1/orders/%', '/v1/orders/1?a=%zz', '/v1/orders/1?a=%ff'])('%s is a 400: an escape that is none', async (path) => {
    const { send } = await start();
    expect((await send({ path })).status).toBe(400);
  });

  it('an unknown path quotes an Authorization header, as AWS does, so that templates are tested against it', async () => {
    const { send } = await start();
    const { body } = await send({ path: '/v1/nothing', headers: { Authorization: 'Bearer tok"en' } });
    expect(JSON.parse(body)).toEqual({ message: "'tok\"en' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer tok\"en'." });
  });

  it('a body of 10 MB passes, one byte more is a 413 that the client can read', async () => {
    const { send, events } = await start();
    const limit = 10 * 1024 * 1024;
    expect((await send({ path: '/v1/', method: 'POST', body: Buffer.alloc(limit, 'a') })).status).toBe(200);
    expect((await send({ path: '/v1/', method: 'POST', body: Buffer.alloc(limit + 1, 'a') })).status).toBe(413);
    expect(events['backend']).toHaveLength(1);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', '400'],
    ['a header without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, '431'],
  ])('%s gets a clean answer and the server lives on', async (_name, text, status) => {
    const { port, send } = await start();
    expect(await raw(port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
    expect((await send({ path: '/v1/' })).status).toBe(200);
  });

  it('a client that goes away in the middle of its body harms nobody', async () => {
    const { port, send, events } = await start();
    const socket = connect(port, '127.0.0.1', () => socket.write('POST /v1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy()));
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await send({ path: '/v1/' })).status).toBe(200);
    expect(events['backend']).toHaveLength(1);
  });

  it('a connection is kept for the next request', async () => {
    const { port } = await start();
    const request = 'GET /v1/ HTTP/1.1\r\nHost: x\r\n\r\n';
    const answers = await raw(port, request + request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    expect(answers.match(/HTTP\/1.1 200 OK/gu)).toHaveLength(2);
  });
});

describe('a MOCK integration', () => {
  it('answers a preflight by its templates and header mappings', async () => {
    const integration = {
      type: 'MOCK',
      statusCode: 204,
      responses: [{ statusCode: 204, selectionPattern: undefined, headers: { 'Access-Control-Allow-Origin': "'*'" }, body: '', contentType: undefined }],
    } as const;
    const { send } = await start(ok, { methods: { 'OPTIONS /orders': { integration } } });
    const { status, headers, body } = await send({ path: '/v1/orders', method: 'OPTIONS' });
    expect([status, headers['access-control-allow-origin'], body]).toEqual([204, '*', '']);
  });
});
