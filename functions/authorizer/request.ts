import type { APIGatewayRequestAuthorizerEvent, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import type { Headers } from '../../shared/access/credentials.ts';

export type AuthorizerEvent = APIGatewayRequestAuthorizerEvent | APIGatewayRequestAuthorizerEventV2;

/** What an authorizer needs of a request, to a REST API or an HTTP API. */
export interface AuthorizerRequest {
  readonly headers: Headers;
  readonly method: string;
  /** As the API declares it: `/orders/{orderId}`. */
  readonly route: string;
  readonly sourceIp: string | undefined;
  readonly stageVariables: Readonly<Record<string, string | undefined>>;
  readonly apiId: string | null;
  readonly stage: string | null;
  /** One that the caller cannot choose. */
  readonly requestId: string | null;
}

/** Whether an event is an HTTP API's, in payload format 2.0. */
export function isHttpApi(event: AuthorizerEvent): event is APIGatewayRequestAuthorizerEventV2 {
  return 'version' in event && event.version === '2.0';
}

export function requestOf(event: AuthorizerEvent): AuthorizerRequest {
  return isHttpApi(event) ? httpRequest(event) : restRequest(event);
}

function restRequest(event: APIGatewayRequestAuthorizerEvent): AuthorizerRequest {
  const { requestContext } = event;
  return {
    headers: event.multiValueHeaders ?? toMultiValue(event.headers),
    method: event.httpMethod,
    route: event.resource,
    sourceIp: requestContext?.identity?.sourceIp,
    stageVariables: event.stageVariables ?? {},
    apiId: requestContext?.apiId ?? null,
    stage: requestContext?.stage ?? null,
    requestId: requestContext?.extendedRequestId ?? null,
  };
}

/** `routeKey` is `GET /orders/{orderId}`, or `$default`; HTTP APIs have one request id, of their own. */
function httpRequest({ routeKey, requestContext, headers, stageVariables }: APIGatewayRequestAuthorizerEventV2): AuthorizerRequest {
  const space = routeKey.indexOf(' ');
  return {
    headers: toMultiValue(headers),
    method: space < 0 ? (requestContext?.http?.method ?? '') : routeKey.slice(0, space),
    route: routeKey.slice(space + 1),
    sourceIp: requestContext?.http?.sourceIp,
    stageVariables: stageVariables ?? {},
    apiId: requestContext?.apiId ?? null,
    stage: requestContext?.stage ?? null,
    requestId: requestContext?.requestId ?? null,
  };
}

/** HTTP APIs join the values of a header by commas; whoever reads them takes them apart. */
function toMultiValue(headers: Readonly<Record<string, string | undefined>> | null | undefined): Headers {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, value === undefined ? [] : [value]]));
}
