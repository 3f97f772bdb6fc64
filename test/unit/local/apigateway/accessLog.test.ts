import { afterEach, describe, expect, it } from 'vitest';
import { accessLogSettings } from '../../../../local/apigateway/accessLog.ts';
import { policy, restApi, serve } from '../fixtures/restApi.ts';
import type { Functions, Served } from '../fixtures/restApi.ts';

let served: Served | undefined;
afterEach(() => served?.close());

const format = '$context.extendedRequestId|$context.requestTimeEpoch|$context.apiId|$context.stage|$context.httpMethod|$context.resourcePath|$context.status|$context.identity.sourceIp|$context.authorizer.keyId|$context.authorizer.principalId|$context.error.responseType|$context.error.message|$context.routeKey|$context.identity.userAgent|$context.responseLength';

async function start(authorizer: Functions[string], accessLog = format): Promise<Served> {
  const methods = { 'GET /orders/{orderId}': { authorizerId: 'auth1' }, 'GET /fails': {} };
  const backend = ({ path }: Record<string, unknown>): unknown => (path === '/fails' ? 'no answer' : { statusCode: 201, body: 'made' });
  served = await serve(restApi({ methods, accessLog }), { backend, authorizer });
  return served;
}

/** The lines without what differs at each request. */
const lines = ({ accessLog }: Served): string[] => accessLog.map((line) => line.replace(/^access: [\w-]{15}=\|1795333500000\|api1\|v1\|/u, ''));

describe('the access log of a stage', () => {
  it('has one line for a request that was served, with the route and not the path', async () => {
    const api = await start(() => policy('Allow', { keyId: 'key_1' }));
    const { headers } = await api.send({ path: '/v1/orders/17?secret=1', headers: { 'User-Agent': 'me' } });
    expect(lines(api)).toEqual(['GET|/orders/{orderId}|201|127.0.0.1|key_1|someone|-|-|-|me|4']);
    expect(api.accessLog[0]).toContain(`access: ${headers['x-amz-apigw-id']}|`);
  });

  it.each<[string, string, Functions[string], string]>([
    ['was denied', '/v1/orders/1', () => policy('Deny', { keyId: 'key_1' }), 'GET|/orders/{orderId}|403|127.0.0.1|key_1|someone|ACCESS_DENIED|User is not authorized to access this resource with an explicit deny|-|-|82'],
    ['was refused by a throw', '/v1/orders/1', () => { throw new Error('Unauthorized'); }, 'GET|/orders/{orderId}|401|127.0.0.1|-|-|UNAUTHORIZED|Unauthorized|-|-|26'],
    ['has no route', '/v1/none', () => policy('Allow'), 'GET|/|403|127.0.0.1|-|-|MISSING_AUTHENTICATION_TOKEN|Missing Authentication Token|-|-|42'],
    ['met a function that failed', '/v1/fails', () => policy('Allow'), 'GET|/fails|502|127.0.0.1|-|-|DEFAULT_5XX|Internal server error|-|-|35'],
  ])('has one line for a request that %s', async (_name, path, authorizer, line) => {
    const api = await start(authorizer);
    await api.send({ path });
    expect(lines(api)).toEqual([line]);
  });

  it('takes values raw, quotes too: what reads it has to be able to tell', async () => {
    const api = await start(() => policy('Allow', { keyId: 'a","b":"c' }), '{"id":"$context.extendedRequestId","key":"$context.authorizer.keyId"}');
    await api.send({ path: '/v1/orders/1' });
    expect(api.accessLog[0]).toMatch(/"key":"a","b":"c"\}$/u);
  });

  it('does not look up a value that looks like a variable', async () => {
    const api = await start(() => policy('Allow', { keyId: '$context.stage' }), '$context.requestId $context.authorizer.keyId');
    await api.send({ path: '/v1/orders/1', headers: { 'x-amzn-requestid': 'mine' } });
    expect(api.accessLog).toEqual(['access: mine $context.stage']);
  });

  it('tells how long it took in whole milliseconds', async () => {
    const api = await start(() => policy('Allow'), '$context.requestId $context.responseLatency $context.authorizer.latency');
    await api.send({ path: '/v1/orders/1' });
    expect(api.accessLog[0]).toMatch(/ \d+ \d+$/u);
  });
});

describe('the settings of an access log', () => {
  const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:Logs-1';

  it.each([arn, `${arn}:*`])('name the log group by %s', (DestinationArn) => {
    expect(accessLogSettings.parse({ DestinationArn, Format: 'a $context.requestId' })).toEqual({ logGroup: 'Logs-1', format: 'a $context.requestId' });
  });

  it.each([
    ['a format without a request id', { DestinationArn: arn, Format: '$context.status' }, 'must be one line that holds'],
    ['a format of two lines', { DestinationArn: arn, Format: '$context.requestId\n$context.status' }, 'must be one line that holds'],
    ['Firehose', { DestinationArn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/x', Format: '$context.requestId' }, 'Firehose is not played'],
  ])('are refused with %s', (_name, settings, message) => {
    expect(() => accessLogSettings.parse(settings)).toThrow(message);
  });
});
