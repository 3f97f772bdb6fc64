import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { encodeRouteScopes, toStageVariables } from '../../shared/access/routeScopes.ts';

const api = 'arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5';
const routes = new Map([
  ['GET/orders', ['orders:read']],
  ['POST/orders', ['orders:write']],
  ['GET/orders/{orderId}', ['orders:read']],
  ['DELETE/orders/{orderId}', ['orders:write']],
  ['GET/whoami', []],
]);
const stageVariables = {
  gatewarden_product: 'orders',
  gatewarden_environment: 'live',
  ...toStageVariables(encodeRouteScopes(routes)),
};
const headers: Record<string, string> = {
  Accept: 'application/json',
  'Accept-Encoding': 'gzip, deflate, br',
  Host: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
  'User-Agent': 'node',
  'X-Amzn-Trace-Id': 'Root=1-65fd7e1c-0123456789abcdef01234567',
  'X-Forwarded-For': '192.0.2.10',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
};
const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

const identity = {
  sourceIp: '192.0.2.10', userAgent: 'node', accessKey: null, accountId: null, apiKey: null, apiKeyId: null, caller: null,
  clientCert: null, cognitoAuthenticationProvider: null, cognitoAuthenticationType: null, cognitoIdentityId: null,
  cognitoIdentityPoolId: null, principalOrgId: null, user: null, userArn: null,
};
const requestContext = {
  accountId: '111122223333',
  apiId: 'a1b2c3d4e5',
  authorizer: undefined,
  protocol: 'HTTP/1.1',
  httpMethod: 'GET',
  identity,
  path: '/prod/orders',
  stage: 'prod',
  requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  // API Gateway hands it over; the published type of this event has no place for it.
  extendedRequestId: 'AbCdEfGhIjKlMnO=',
  requestTimeEpoch: 1_795_341_600_000,
  resourceId: 'r1',
  resourcePath: '/orders',
};

/** What API Gateway hands to the authorizer for `GET /orders` with this token. */
export function requestWith(token: string): APIGatewayRequestAuthorizerEvent {
  return {
    type: 'REQUEST',
    methodArn: `${api}/prod/GET/orders`,
    resource: '/orders',
    path: '/orders',
    httpMethod: 'GET',
    headers: { ...headers, 'X-API-Key': token },
    multiValueHeaders: { ...multiValueHeaders, 'X-API-Key': [token] },
    pathParameters: {},
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    stageVariables,
    requestContext,
  };
}
