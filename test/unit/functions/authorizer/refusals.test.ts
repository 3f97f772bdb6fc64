import { describe, expect, it } from 'vitest';
import { logRefusal } from '../../../../functions/authorizer/refusals.ts';
import { requestOf } from '../../../../functions/authorizer/request.ts';
import { linesOf } from '../stdout.ts';
import { authorizerEvent } from './event.ts';

const event = authorizerEvent({ 'X-API-Key': ['gw_live_HEADERSECRET'], 'User-Agent': ['curl gw_live_AGENTSECRET'] });
const refusal = { code: 'revoked_key', keyId: 'key_1', organizationId: 'org_1' };

describe('a refusal in the log', () => {
  it('is one line that names code, key, API, route and address, and counts as a metric', async () => {
    const lines = await linesOf(() => logRefusal('key', requestOf(event), refusal));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            { Namespace: 'Gatewarden', Dimensions: [['authorizer', 'code']], Metrics: [{ Name: 'Refusals', Unit: 'Count' }] },
          ],
        },
        level: 'WARN',
        message: 'refused',
        Refusals: 1,
        authorizer: 'key',
        code: 'revoked_key',
        keyId: 'key_1',
        organizationId: 'org_1',
        apiId: 'a1b2c3',
        stage: 'prod',
        route: 'GET /orders/{orderId}',
        sourceIp: '192.0.2.7',
        requestId: 'ext-1',
      },
    ]);
  });

  it('has a value for each dimension and metric that it declares (embedded metric format)', async () => {
    const [line = '{}'] = await linesOf(() => logRefusal('management', requestOf(event), refusal));
    const parsed = JSON.parse(line);
    const { Timestamp, CloudWatchMetrics } = parsed['_aws'];
    const [{ Dimensions, Metrics }] = CloudWatchMetrics;
    for (const dimension of Dimensions[0]) expect(parsed[dimension]).toMatch(/^[a-z_]+$/);
    for (const { Name } of Metrics) expect(parsed[Name]).toBe(1);
    expect(Number.isInteger(Timestamp)).toBe(true);
  });

  it('holds nothing that the caller chose: no header, no query, no path', async () => {
    const text = (await linesOf(() => logRefusal('key', requestOf(event), refusal))).join();
    expect(text).not.toContain('SECRET');
    expect(text).not.toContain('/orders/7');
    expect(text).not.toContain('chosen-by-the-client');
  });

  it('is written for an event without a context too', async () => {
    const bare = { httpMethod: 'GET', resource: '/x' } as never;
    const [line = '{}'] = await linesOf(() => logRefusal('key', requestOf(bare), { code: 'missing_key', keyId: null, organizationId: null }));
    expect(JSON.parse(line)).toMatchObject({ keyId: null, apiId: null, stage: null, sourceIp: null, requestId: null });
  });
});
