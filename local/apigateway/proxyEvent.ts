import { traceHeader } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { bothForms, headerValue } from './request.ts';

/** The part that a REST API's authorizer event and proxy event (payload 1.0) have in common. */
function commonEvent(exchange: Exchange): Record<string, unknown> {
  const { request, match, path, stage, context } = exchange;
  const headers = bothForms(forwardedHeaders(exchange));
  const query = bothForms(request.query);
  return {
    resource: match?.route.resourcePath ?? '/',
    path,
    httpMethod: request.method,
    headers: headers.single,
    multiValueHeaders: headers.multi,
    queryStringParameters: request.query.length > 0 ? query.single : null,
    multiValueQueryStringParameters: request.query.length > 0 ? query.multi : null,
    pathParameters: orNull(match?.pathParameters ?? {}),
    stageVariables: orNull(stage.variables),
    requestContext: context,
  };
}

/** The event of a Lambda proxy integration. */
export function proxyEvent(exchange: Exchange, authorizer: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const { request, api } = exchange;
  const isBinary = matchesMediaType(api.binaryMediaTypes, headerValue(request.headers, 'Content-Type'));
  return {
    ...commonEvent(exchange),
    requestContext: { ...exchange.context, ...(authorizer && { authorizer }) },
    body: request.body.length === 0 ? null : request.body.toString(isBinary ? 'base64' : 'utf8'),
    isBase64Encoded: isBinary && request.body.length > 0,
  };
}

/** The event of a REQUEST authorizer. Absent parameters are empty objects here, not null. */
export function authorizerEvent(exchange: Exchange, methodArn: string): Record<string, unknown> {
  const common = commonEvent(exchange);
  return {
    type: 'REQUEST',
    methodArn,
    ...common,
    queryStringParameters: common['queryStringParameters'] ?? {},
    multiValueQueryStringParameters: common['multiValueQueryStringParameters'] ?? {},
    pathParameters: common['pathParameters'] ?? {},
    stageVariables: common['stageVariables'] ?? {},
  };
}

/** Whether a content type is one of an API's binary media types; their wildcard is an asterisk after or before the slash. */
export function matchesMediaType(types: readonly string[], contentType: string | undefined): boolean {
  const given = contentType?.split(';')[0]?.trim().toLowerCase();
  if (given === undefined || given === '') return false;
  return types.some((type) => {
    const [wantedMain, wantedSub] = type.toLowerCase().split('/');
    const [main, sub] = given.split('/');
    return (wantedMain === '*' || wantedMain === main) && (wantedSub === '*' || wantedSub === sub);
  });
}

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect', 'content-length']);

/** The client's headers as they reach a function: without those of the connection, with the forwarding ones. */
export function forwardedHeaders({ request, traceId }: Pick<Exchange, 'request' | 'traceId'>): [string, string][] {
  const own = ['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'x-amzn-trace-id'];
  const kept = request.headers.filter(([name]) => !hopByHop.has(name.toLowerCase()) && !own.includes(name.toLowerCase()));
  const forwardedFor = headerValue(request.headers, 'X-Forwarded-For');
  return [
    ...kept.map(([name, value]): [string, string] => [name, value]),
    ['X-Forwarded-For', forwardedFor === undefined ? request.sourceIp : `${forwardedFor}, ${request.sourceIp}`],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
    [traceHeader, traceId],
  ];
}

function orNull(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(record).length > 0 ? record : null;
}
