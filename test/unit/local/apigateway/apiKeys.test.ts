import { afterEach, describe, expect, it } from 'vitest';
import { createApiKeys } from '../../../../local/apigateway/apiKeys.ts';
import type { ApiKeys } from '../../../../local/apigateway/apiKeys.ts';
import { policy, restApi, serve } from '../fixtures/restApi.ts';
import type { ApiOptions, Served } from '../fixtures/restApi.ts';

let served: Served | undefined;
afterEach(() => served?.close());

const known = 'the-key-of-the-usage-plan';

/** One key in a plan of `api1/v1`, one in a plan of another stage, one in no plan, one that is disabled. */
function keys(): ApiKeys {
  const apiKeys = createApiKeys();
  for (const [id, value, isEnabled] of [['k1', known, true], ['k2', 'elsewhere', true], ['k3', 'in-no-plan', true], ['k4', 'disabled', false]] as const) apiKeys.create({ id, value, isEnabled });
  apiKeys.createPlan('p1', [{ apiId: 'api1', stage: 'v1' }]);
  apiKeys.createPlan('p2', [{ apiId: 'api1', stage: 'v2' }, { apiId: 'api2', stage: 'v1' }]);
  for (const [plan, key] of [['p1', 'k1'], ['p2', 'k2'], ['p1', 'k4']] as const) apiKeys.addToPlan(plan, key);
  return apiKeys;
}

/** The authorizer hands over what `X-Says` holds as the key. */
async function start(options: Partial<ApiOptions> = {}): Promise<Served> {
  const methods = { 'GET /limited': { authorizerId: 'auth1', apiKeyRequired: true }, 'GET /free': { authorizerId: 'auth1' }, 'GET /alone': { apiKeyRequired: true } };
  const backend = (event: Record<string, unknown>): object => ({ statusCode: 200, body: JSON.stringify(event['requestContext']) });
  const authorizer = ({ headers }: Record<string, unknown>): object => {
    const says = (headers as Record<string, string>)['X-Says'];
    return { ...policy('Allow', { retryAfter: '7', code: 'rate_limited' }), ...(says === 'null' ? { usageIdentifierKey: null } : says !== undefined && { usageIdentifierKey: says }) };
  };
  served = await serve(restApi({ methods, apiKeySource: 'AUTHORIZER', ...options }), { backend, authorizer }, { apiKeys: keys() });
  return served;
}

const says = (key: string): { headers: Record<string, string> } => ({ headers: { 'X-Says': key } });

describe('a method that requires an API key, with the authorizer as the source', () => {
  it('is reached with a key of a usage plan of the stage', async () => {
    const { send } = await start();
    const { status, body } = await send({ path: '/v1/limited', ...says(known) });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ identity: { apiKey: known, apiKeyId: 'k1' } });
  });

  it.each([
    ['no key', {}],
    ['a null', says('null')],
    ['an unknown key', says(`${known}-refused`)],
    ['a key of another stage and another API', says('elsewhere')],
    ['a key in no plan', says('in-no-plan')],
    ['a disabled key', says('disabled')],
    ['the right key in the header, which a client chooses', { headers: { 'X-API-Key': known } }],
  ])('is not reached with %s: 403, and the function is not called', async (_name, request) => {
    const { send, events } = await start();
    const { status, body, headers } = await send({ path: '/v1/limited', ...request });
    expect([status, body, headers['x-amzn-errortype']]).toEqual([403, '{"message":"Forbidden"}', 'ForbiddenException']);
    expect(events['backend']).toBeUndefined();
  });

  it('is not reached without an authorizer that could hand one over', async () => {
    expect((await (await start()).send({ path: '/v1/alone' })).status).toBe(403);
  });

  it('is refused by a gateway response of its own, whose headers and body show the context of the authorizer', async () => {
    const { send } = await start({
      gatewayResponses: {
        INVALID_API_KEY: {
          statusCode: 429,
          parameters: { 'gatewayresponse.header.Retry-After': 'context.authorizer.retryAfter', 'gatewayresponse.header.X-None': 'context.authorizer.nothing' },
          templates: { 'application/problem+json': '{"code":"$context.authorizer.code","type":"$context.error.responseType"}' },
        },
      },
    });
    const { status, headers, body } = await send({ path: '/v1/limited', ...says('wrong') });
    expect([status, headers['retry-after'], headers['x-none'], body]).toEqual([429, '7', undefined, '{"code":"rate_limited","type":"INVALID_API_KEY"}']);
  });

  it('leaves a method open that requires none', async () => {
    expect((await (await start()).send({ path: '/v1/free', ...says('wrong') })).status).toBe(200);
  });

  it('is refused for what a cached answer of the authorizer says, too', async () => {
    const { send, events } = await start({ authorizer: { identitySources: ['method.request.header.X-Says'], ttlSec: 60 } });
    const statuses = [];
    for (const key of [known, known, 'wrong', 'wrong']) statuses.push((await send({ path: '/v1/limited', ...says(key) })).status);
    expect(statuses).toEqual([200, 200, 403, 403]);
    expect(events['authorizer']).toHaveLength(2);
  });
});

it('with the header as the source the key of the header counts, and not what the authorizer says', async () => {
  const { send } = await start({ apiKeySource: 'HEADER' });
  expect((await send({ path: '/v1/alone', headers: { 'X-API-Key': known } })).status).toBe(200);
  expect((await send({ path: '/v1/limited', ...says(known) })).status).toBe(403);
});

it('two keys cannot have one value, and a plan takes no key that does not exist', () => {
  const apiKeys = keys();
  expect(() => apiKeys.create({ id: 'k9', value: known, isEnabled: true })).toThrow('another API key has this value already');
  expect(() => apiKeys.addToPlan('p1', 'nobody')).toThrow('no API key nobody');
  expect(() => apiKeys.addToPlan('p9', 'k1')).toThrow('no usage plan p9');
});
