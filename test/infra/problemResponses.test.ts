import { describe, expect, it } from 'vitest';
import { resources, synthesized } from './synthesized.ts';

const templates = synthesized();

/** What API Gateway can answer itself, by its documentation, and the status that we give it. */
const expected = {
  ACCESS_DENIED: 403,
  API_CONFIGURATION_ERROR: 500,
  AUTHORIZER_CONFIGURATION_ERROR: 500,
  AUTHORIZER_FAILURE: 500,
  BAD_REQUEST_BODY: 400,
  BAD_REQUEST_PARAMETERS: 400,
  DEFAULT_4XX: 400,
  DEFAULT_5XX: 500,
  EXPIRED_TOKEN: 401,
  INTEGRATION_FAILURE: 502,
  INTEGRATION_TIMEOUT: 504,
  INVALID_SIGNATURE: 401,
  MISSING_AUTHENTICATION_TOKEN: 404,
  QUOTA_EXCEEDED: 429,
  REQUEST_TOO_LARGE: 413,
  RESOURCE_NOT_FOUND: 404,
  THROTTLED: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED_MEDIA_TYPE: 415,
  WAF_FILTERED: 400,
};

const substituted: Readonly<Record<string, string>> = {
  '$context.extendedRequestId': 'JKJaXmPLvHcESHA=',
  '$context.authorizer.code': 'insufficient_scope',
  '$context.authorizer.title': 'The key lacks a scope',
  '$context.authorizer.detail': 'The key lacks the scope orders:write.',
};

describe.each([
  { stack: 'Api', apiKey: 401, challenged: 4 },
  // Where limits hold, a key that does not exist is the authorizer's word for one that is reached.
  { stack: 'Orders', apiKey: 429, challenged: 3 },
])('$stack', ({ stack, apiKey, challenged }) => {
  const responses = Object.values(resources(templates[stack as 'Api' | 'Orders'], 'AWS::ApiGateway::GatewayResponse')).map(
    ({ Properties }) => Properties as { ResponseType: string; StatusCode: string; ResponseParameters: Record<string, string>; ResponseTemplates: Record<string, string> },
  );

  it('every error of API Gateway is answered, with a status of ours', () => {
    expect(Object.fromEntries(responses.map(({ ResponseType, StatusCode }) => [ResponseType, Number(StatusCode)]))).toEqual({ ...expected, INVALID_API_KEY: apiKey });
  });

  it.each(responses)('$ResponseType is a problem document, whose status is the one that is sent', (response) => {
    const template = response.ResponseTemplates['application/json'] ?? '';
    const text = template.replace(/\$[a-zA-Z.]+/g, (variable) => substituted[variable] ?? `<<${variable}>>`);
    expect(text).not.toContain('<<');
    const body = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['type', 'title', 'status', 'detail', 'code', 'instance']);
    expect(body['status']).toBe(Number(response.StatusCode));
    expect(body['instance']).toBe('urn:gatewarden:request:JKJaXmPLvHcESHA=');
    expect(body['type']).toBe(`https://gatewarden.dev/errors/${String(body['code'])}`);
  });

  it.each(responses)('$ResponseType carries the request id that no client can choose', ({ ResponseParameters }) => {
    expect(ResponseParameters).toMatchObject({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.X-Request-Id': 'context.extendedRequestId',
    });
  });

  it.each(responses)('$ResponseType repeats nothing that the caller has sent', (response) => {
    expect(JSON.stringify(response)).not.toMatch(/method\.request|\$context\.(path|requestId|error)|context\.requestId/);
  });

  it('a 401 says how to authenticate', () => {
    const challenges = responses.filter(({ StatusCode }) => StatusCode === '401').map(({ ResponseParameters }) => ResponseParameters);
    expect(challenges).toHaveLength(challenged);
    for (const parameters of challenges) {
      expect(parameters['gatewayresponse.header.WWW-Authenticate']).toBe(`'ApiKey realm="gatewarden"'`);
    }
  });

  it('a refusal by the authorizer says what is missing', () => {
    const denied = responses.find(({ ResponseType }) => ResponseType === 'ACCESS_DENIED');
    expect(denied?.ResponseTemplates['application/json']).toContain('"detail":"$context.authorizer.detail","code":"$context.authorizer.code"');
  });
});
