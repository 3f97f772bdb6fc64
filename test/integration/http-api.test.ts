import { beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import { awayFromBoundary } from '../support/windows.ts';

const system = useSystem();

beforeEach(() => awayFromBoundary(system(), 3600));

/** Asks the key authorizer as an HTTP API does: payload format 2.0, simple responses. */
async function asked(headers: Record<string, string>, options: { routeKey?: string; sourceIp?: string; variables?: Record<string, string> } = {}): Promise<Json> {
  const { routeKey = 'GET /orders/{orderId}', sourceIp = '192.0.2.7', variables = {} } = options;
  const event = {
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:us-east-1:000000000000:h1/$default/GET/orders/7',
    identitySource: null,
    routeKey,
    rawPath: '/orders/7',
    rawQueryString: '',
    headers,
    requestContext: { accountId: '000000000000', apiId: 'h1', stage: '$default', requestId: 'r1', http: { method: 'GET', path: '/orders/7', protocol: 'HTTP/1.1', sourceIp, userAgent: 'x' } },
    pathParameters: { orderId: '7' },
    stageVariables: {
      gatewarden_product: 'orders',
      gatewarden_environment: 'live',
      gatewarden_routes_0: 'GET/orders/~7BorderId~7D=orders:read&POST/orders=orders:write',
      ...variables,
    },
  };
  return (await system().platform.invoke('KeyAuthorizer', event)) as Json;
}

describe('before an HTTP API', () => {
  it('a genuine key is let through, with its context', async () => {
    const { key, token } = await system().issue();
    const { isAuthorized, context } = await asked({ 'x-api-key': token });
    expect(isAuthorized).toBe(true);
    expect(context).toMatchObject({ keyId: key.id, organizationId: system().organizationId, product: 'orders', environment: 'live', scopes: 'orders:read' });
  });

  it('the token may come as a bearer token; two different ones are refused', async () => {
    const { token } = await system().issue();
    expect(await asked({ authorization: `Bearer ${token}` })).toMatchObject({ isAuthorized: true });
    const other = (await system().issue()).token;
    await expect(asked({ 'x-api-key': `${token},${other}` })).rejects.toThrow('Unauthorized');
    await expect(asked({ 'x-api-key': token, authorization: `Bearer ${other}` })).rejects.toThrow('Unauthorized');
  });

  it.each([
    ['no token', {}],
    ['nonsense', { 'x-api-key': 'nonsense' }],
  ])('%s is what API Gateway answers with 401', async (_, headers) => {
    await expect(asked(headers)).rejects.toThrow('Unauthorized');
  });

  it('a revoked key is refused on the very next request', async () => {
    const { key, token } = await system().issue();
    expect(await asked({ 'x-api-key': token })).toMatchObject({ isAuthorized: true });
    await system().call('POST', `${system().keysPath}/${key.id}/revoke`, { body: { reason: 'compromised' } });
    await expect(asked({ 'x-api-key': token })).rejects.toThrow('Unauthorized');
  });

  it('a key without the scope is not authorized, and the log says why', async () => {
    const { key, token } = await system().issue();
    expect(await asked({ 'x-api-key': token }, { routeKey: 'POST /orders' })).toMatchObject({ isAuthorized: false, context: { code: 'insufficient_scope' } });
    const lines = system().platform.logs('KeyAuthorizer').map(({ line }) => line).filter((line) => line.includes(key.id));
    expect(lines.at(-1)).toContain('"route":"POST /orders"');
  });

  it('over its limit it passes marked, for the middleware to answer', async () => {
    const { token } = await system().issue({ rateLimit: { limit: 1, windowSec: 3600 } });
    expect((await asked({ 'x-api-key': token })).context).toMatchObject({ rateLimit: '1', rateLimitRemaining: '0' });
    expect(await asked({ 'x-api-key': token })).toMatchObject({ isAuthorized: true, context: { rateLimited: 'true', code: 'rate_limited' } });
  });

  it('a limit is the key’s, from however many addresses it is used, at once or after each other', async () => {
    const { token } = await system().issue({ rateLimit: { limit: 5, windowSec: 3600 } });
    const from = (sourceIp: string) => asked({ 'x-api-key': token }, { sourceIp });
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => from(index % 2 === 0 ? `198.51.100.${index}` : `2001:db8::${index}`)));
    expect(answers.filter(({ context }) => context.rateLimited === undefined)).toHaveLength(5);
    expect((await from('203.0.113.1')).context).toMatchObject({ rateLimited: 'true' });
  });

  it.each([
    ['a route that the stage does not name', { routeKey: 'DELETE /orders/{orderId}' }],
    ['a stage that names no product', { variables: { gatewarden_product: '' } }],
    ['the catch-all, where it is not named', { routeKey: '$default' }],
  ])('%s is open to nobody', async (_, options) => {
    const { token } = await system().issue();
    await expect(asked({ 'x-api-key': token }, options)).rejects.toThrow('The authorizer could not decide.');
  });
});
