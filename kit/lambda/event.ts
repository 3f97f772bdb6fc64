import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as a function gets it: from a REST API, or from an HTTP API in payload format 1.0 or 2.0. */
export type GatewayEvent = APIGatewayProxyEvent | APIGatewayProxyEventV2;

/** The part of a request that says who calls, and under which id. */
export type Requested = Pick<APIGatewayProxyEvent, 'requestContext'> | Pick<APIGatewayProxyEventV2, 'requestContext'>;

/** Whether an event is an HTTP API's in payload format 2.0. */
export function isPayloadV2(event: GatewayEvent): event is APIGatewayProxyEventV2 {
  return 'version' in event && event.version === '2.0';
}

/** What the authorizer said: in payload format 2.0 one level deeper than in the others. */
export function authorizerContextOf(event: Requested): Readonly<Record<string, unknown>> | null {
  const context = asRecord(asRecord(event.requestContext)?.['authorizer']);
  return context && 'lambda' in context ? asRecord(context['lambda']) : context;
}

/** The id that API Gateway gave the request. On REST APIs the plain `requestId` can be chosen by the client. */
export function requestIdOf({ requestContext }: Requested): string {
  const ids: { readonly extendedRequestId?: string | undefined; readonly requestId?: string | undefined } | undefined = requestContext;
  return ids?.extendedRequestId ?? ids?.requestId ?? '';
}

/** `GET /orders/{orderId}`, as the API declares it. */
export function routeOf(event: GatewayEvent): string {
  return isPayloadV2(event) ? event.routeKey : `${event.httpMethod} ${event.resource}`;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
