import { randomBytes } from 'node:crypto';
import { newTraceId, traceHeader } from '../apigateway/exchange.ts';
import type { ApiRequest } from '../apigateway/request.ts';
import { headerValue } from '../apigateway/request.ts';
import { commonLogTime } from '../apigateway/requestContext.ts';
import type { SubstitutionScope } from '../apigateway/substitution.ts';
import type { HttpApi, HttpStage } from './httpApi.ts';
import { matchHttpRoute } from './routes.ts';
import type { CompiledRoute, HttpMatch } from './routes.ts';
import type { HttpApiServices } from './services.ts';

/** One request on its way through a stage of an HTTP API. */
export interface HttpExchange {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly request: ApiRequest;
  readonly match: HttpMatch | undefined;
  /** With the stage in front, decoded. */
  readonly rawPath: string;
  /** No client can choose it. */
  readonly requestId: string;
  /** `X-Amzn-Trace-Id` of the request, the client's or a new one. */
  readonly traceId: string;
  readonly nowMs: number;
  readonly accountId: string;
  readonly region: string;
}

/** Finds stage and route: the stage that the path begins with, else `$default`. Undefined where there is neither. */
export function beginHttpExchange({ api, routes, services }: { api: HttpApi; routes: readonly CompiledRoute[]; services: HttpApiServices }, request: ApiRequest): HttpExchange | undefined {
  const firstSegment = request.rawPath.split('/')[1] ?? '';
  const named = firstSegment === '$default' ? undefined : api.stages.get(firstSegment);
  const stage = named ?? api.stages.get('$default');
  if (!stage) return undefined;
  const below = named ? request.rawPath.slice(firstSegment.length + 1) || '/' : request.rawPath;
  return {
    api,
    stage,
    request,
    match: matchHttpRoute(routes, request.method, below),
    // HTTP APIs decode the path, and lose what stands behind a question mark that was escaped.
    rawPath: decodeURIComponent(request.rawPath).split('?', 1)[0] ?? '/',
    requestId: `${randomBytes(11).toString('base64url')}=`,
    traceId: headerValue(request.headers, traceHeader) ?? newTraceId(),
    nowMs: services.nowMs(),
    accountId: services.accountId,
    region: services.region,
  };
}

/** `$context` of an HTTP API: what access logs and identity sources can name. */
export function httpContext({ api, stage, request, match, rawPath, requestId, nowMs, accountId, region }: HttpExchange): Record<string, unknown> {
  return {
    accountId,
    apiId: api.id,
    domainName: `${api.id}.execute-api.${region}.amazonaws.com`,
    domainPrefix: api.id,
    extendedRequestId: requestId,
    httpMethod: request.method,
    identity: { sourceIp: request.sourceIp, userAgent: headerValue(request.headers, 'User-Agent') },
    path: rawPath,
    protocol: request.protocol,
    requestId,
    requestTime: commonLogTime(nowMs),
    // In seconds here, and in milliseconds as an event's `timeEpoch`.
    requestTimeEpoch: Math.floor(nowMs / 1000),
    routeKey: match?.route.routeKey,
    stage: stage.name,
  };
}

export function httpScope(exchange: HttpExchange): SubstitutionScope {
  const { stage, request, match } = exchange;
  return {
    context: httpContext(exchange),
    stageVariables: stage.variables,
    parameter: (place, name) => {
      if (place === 'header') return headerValue(request.headers, name);
      if (place === 'path') return match?.pathParameters[name];
      return request.query.findLast(([key]) => key === name)?.[1];
    },
  };
}
