import { forwardedHeaders } from '../apigateway/proxyEvent.ts';
import { headerValue } from '../apigateway/request.ts';
import { commonLogTime } from '../apigateway/requestContext.ts';
import type { HttpExchange } from './exchange.ts';

/** What authorizer and integration get alike, in format 2.0: one text for a name, several values joined by commas. */
function commonEvent(exchange: HttpExchange): Record<string, unknown> {
  const { request, match, rawPath, stage } = exchange;
  const headers = forwardedHeaders(exchange).filter(([name]) => name.toLowerCase() !== 'cookie');
  const cookies = request.headers.flatMap(([name, value]) => (name.toLowerCase() === 'cookie' ? value.split(/;\s*/u) : []));
  return {
    version: '2.0',
    routeKey: match?.route.routeKey,
    rawPath,
    rawQueryString: request.rawQuery,
    ...(cookies.length > 0 && { cookies }),
    headers: joined(headers.map(([name, value]) => [name.toLowerCase(), value])),
    ...(request.query.length > 0 && { queryStringParameters: joined(request.query) }),
    requestContext: requestContext(exchange),
    ...(match && Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables }),
  };
}

/** The event of a Lambda integration; `authorizer` is the context that an authorizer gave. */
export function httpProxyEvent(exchange: HttpExchange, authorizer: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const { body, headers } = exchange.request;
  const isText = isTextType(headerValue(headers, 'Content-Type'));
  const common = commonEvent(exchange);
  return {
    ...common,
    requestContext: { ...(common['requestContext'] as object), ...(authorizer && { authorizer: { lambda: authorizer } }) },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** The event of a REQUEST authorizer: no body, and the values of the identity sources where there are any. */
export function httpAuthorizerEvent(exchange: HttpExchange, identitySource: readonly string[]): Record<string, unknown> {
  const { api, stage, request, rawPath, region, accountId } = exchange;
  const path = stage.name === '$default' ? rawPath : rawPath.slice(stage.name.length + 1) || '/';
  return {
    ...commonEvent(exchange),
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:${region}:${accountId}:${api.id}/${stage.name}/${request.method}${path}`,
    identitySource: identitySource.length > 0 ? identitySource : null,
  };
}

function requestContext({ api, stage, request, match, rawPath, requestId, nowMs, accountId, region }: HttpExchange): object {
  return {
    accountId,
    apiId: api.id,
    domainName: `${api.id}.execute-api.${region}.amazonaws.com`,
    domainPrefix: api.id,
    http: { method: request.method, path: rawPath, protocol: request.protocol, sourceIp: request.sourceIp, userAgent: headerValue(request.headers, 'User-Agent') ?? '' },
    requestId,
    routeKey: match?.route.routeKey,
    stage: stage.name,
    time: commonLogTime(nowMs),
    timeEpoch: nowMs,
  };
}

/** Values of one name in the order in which they came. */
function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries([...values].map(([name, ofName]) => [name, ofName.map(([, value]) => value).join(',')]));
}

/** Bodies of other types reach a function in base64. */
function isTextType(contentType = 'text/plain'): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || ['application/json', 'application/javascript', 'application/xml', 'application/x-www-form-urlencoded'].includes(type) || /\+(?:json|xml)$/u.test(type);
}
