import { describe, expect, it } from 'vitest';
import { gatewayResponse } from '../../../../local/apigateway/gatewayResponse.ts';
import { substitute } from '../../../../local/apigateway/substitution.ts';
import type { SubstitutionScope } from '../../../../local/apigateway/substitution.ts';
import { restApi } from '../fixtures/restApi.ts';
import type { ApiOptions } from '../fixtures/restApi.ts';

const scope: SubstitutionScope = {
  context: { extendedRequestId: 'x-1', path: '/v1/orders', identity: { sourceIp: '192.0.2.1', user: null }, authorizer: { code: 'insufficient_scope', detail: 'say "please"' } },
  stageVariables: { product: 'orders' },
  parameter: (place, name) => new Map([['header.Origin', 'https://app.example'], ['header.X-Evil', 'a\r\nSet-Cookie: b']]).get(`${place}.${name}`),
};

function answer(type: Parameters<typeof gatewayResponse>[1]['type'], gatewayResponses: NonNullable<ApiOptions['gatewayResponses']> = {}, accept?: string) {
  return gatewayResponse(restApi({ methods: {}, gatewayResponses }), { type }, scope, accept);
}

describe('substitution in a template', () => {
  it.each([
    ['context', 'id=$context.extendedRequestId', 'id=x-1'],
    ['nested context', '$context.identity.sourceIp', '192.0.2.1'],
    ['authorizer context', '$context.authorizer.code', 'insufficient_scope'],
    ['a stage variable', '$stageVariables.product', 'orders'],
    ['a request header', '$method.request.header.Origin', 'https://app.example'],
    ['a name that is followed by a dot', '$context.path.', '/v1/orders.'],
    ['something unknown', '[$context.authorizer.nothing]', '[]'],
    ['null', '[$context.identity.user]', '[]'],
    ['a whole object', '[$context.identity]', '[]'],
    ['an inherited property', '[$context.constructor]', '[]'],
    ['VTL, which it does not know', '#if($x)$input.body#end', '#if($x)$input.body#end'],
  ])('%s', (_name, template, expected) => {
    expect(substitute(template, scope)).toBe(expected);
  });

  it('values go in raw: a quote breaks the JSON around it, as on AWS', () => {
    expect(substitute('{"detail":"$context.authorizer.detail"}', scope)).toBe('{"detail":"say "please""}');
  });

  it('a value that looks like a reference is not looked up again', () => {
    const nested = { ...scope, context: { ...scope.context, path: '$context.extendedRequestId' } };
    expect(substitute('$context.path', nested)).toBe('$context.extendedRequestId');
  });
});

describe("an answer of API Gateway's own", () => {
  it.each([
    ['UNAUTHORIZED', 401, '{"message":"Unauthorized"}'],
    ['ACCESS_DENIED', 403, '{"message":"User is not authorized to access this resource"}'],
    ['MISSING_AUTHENTICATION_TOKEN', 403, '{"message":"Missing Authentication Token"}'],
    ['AUTHORIZER_CONFIGURATION_ERROR', 500, '{"message":null}'],
    ['INTEGRATION_TIMEOUT', 504, '{"message":"Endpoint request timed out"}'],
    ['REQUEST_TOO_LARGE', 413, '{"message":"Request Too Long"}'],
    ['DEFAULT_5XX', 502, '{"message":"Internal server error"}'],
  ] as const)('%s is a %i where nothing is customised', (type, status, body) => {
    expect(answer(type)).toMatchObject({ status, body });
  });

  it('a customised response brings its status, headers and body', () => {
    const custom = {
      UNAUTHORIZED: {
        statusCode: 418,
        parameters: { 'gatewayresponse.header.WWW-Authenticate': "'ApiKey realm=\"x\"'", 'gatewayresponse.header.X-Request-Id': 'context.extendedRequestId', 'gatewayresponse.header.X-Origin': 'method.request.header.Origin', 'gatewayresponse.header.X-None': 'context.authorizer.nothing' },
        templates: { 'application/problem+json': '{"code":"unauthorized","type":"$context.error.responseType","message":$context.error.messageString}' },
      },
    };
    const { status, headers, body } = answer('UNAUTHORIZED', custom);
    expect(status).toBe(418);
    expect(body).toBe('{"code":"unauthorized","type":"UNAUTHORIZED","message":"Unauthorized"}');
    expect(Object.fromEntries(headers)).toEqual({
      'Content-Type': 'application/problem+json',
      'x-amzn-ErrorType': 'UnauthorizedException',
      'WWW-Authenticate': 'ApiKey realm="x"',
      'X-Request-Id': 'x-1',
      'X-Origin': 'https://app.example',
    });
  });

  it('what is not customised falls back to DEFAULT_4XX or DEFAULT_5XX, and keeps its own status', () => {
    const custom = { DEFAULT_4XX: { templates: { 'application/json': 'four' } }, DEFAULT_5XX: { templates: { 'application/json': 'five' } } };
    expect(answer('THROTTLED', custom)).toMatchObject({ status: 429, body: 'four' });
    expect(answer('INTEGRATION_TIMEOUT', custom)).toMatchObject({ status: 504, body: 'five' });
  });

  it("a default's status code counts for all that fall back to it", () => {
    expect(answer('INTEGRATION_TIMEOUT', { DEFAULT_5XX: { statusCode: 500 } })).toMatchObject({ status: 500 });
  });

  it('a response of its own hides the default whole', () => {
    const custom = { UNAUTHORIZED: { statusCode: 401 }, DEFAULT_4XX: { templates: { 'application/json': 'four' } } };
    expect(answer('UNAUTHORIZED', custom)).toMatchObject({ body: '{"message":"Unauthorized"}' });
  });

  it('a content type among the headers replaces that of the template', () => {
    const custom = { UNAUTHORIZED: { parameters: { 'gatewayresponse.header.Content-Type': "'application/problem+json'" }, templates: { 'application/json': '{}' } } };
    expect(answer('UNAUTHORIZED', custom).headers.filter(([name]) => name === 'Content-Type')).toEqual([['Content-Type', 'application/problem+json']]);
  });

  it('the template is that of the accepted type where there is one', () => {
    const custom = { UNAUTHORIZED: { templates: { 'application/json': 'json', 'text/html': 'html' } } };
    expect(answer('UNAUTHORIZED', custom, 'text/html,*/*').body).toBe('html');
    expect(answer('UNAUTHORIZED', custom, 'image/png').body).toBe('json');
  });

  it('a header value cannot begin a header of its own', () => {
    const custom = { UNAUTHORIZED: { parameters: { 'gatewayresponse.header.X-Echo': 'method.request.header.X-Evil' } } };
    expect(answer('UNAUTHORIZED', custom).headers).toContainEqual(['X-Echo', 'aSet-Cookie: b']);
  });
});
