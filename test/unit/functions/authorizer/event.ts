import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

/** A request authorizer's event with the given headers, as API Gateway hands it over. */
export function authorizerEvent(multiValueHeaders: Record<string, string[]> | null): APIGatewayRequestAuthorizerEvent {
  return {
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/prod/GET/orders/7',
    resource: '/orders/{orderId}',
    path: '/orders/7',
    httpMethod: 'GET',
    headers: multiValueHeaders && Object.fromEntries(Object.entries(multiValueHeaders).map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders,
    pathParameters: { orderId: '7' },
    queryStringParameters: { api_key: 'gw_live_QUERYSECRET' },
    multiValueQueryStringParameters: { api_key: ['gw_live_QUERYSECRET'] },
    stageVariables: {},
    requestContext: {
      apiId: 'a1b2c3',
      stage: 'prod',
      extendedRequestId: 'ext-1',
      requestId: 'chosen-by-the-client',
      identity: { sourceIp: '192.0.2.7', userAgent: 'curl gw_live_AGENTSECRET' },
    },
  } as unknown as APIGatewayRequestAuthorizerEvent;
}
