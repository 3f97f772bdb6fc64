import { randomBytes, randomUUID } from 'node:crypto';
import { headerValue } from './request.ts';
import type { ApiRequest } from './request.ts';
import { requestContext } from './requestContext.ts';
import type { RequestContext } from './requestContext.ts';
import type { RestApi, Stage } from './restApi.ts';
import type { Match, Route } from './routes.ts';
import { matchRoute } from './routes.ts';
import type { GatewayServices } from './services.ts';
import type { SubstitutionScope } from './substitution.ts';

export const traceHeader = 'X-Amzn-Trace-Id';

/** One request on its way through a stage of an API: everything that its answer can depend on. */
export interface Exchange {
  readonly api: RestApi;
  readonly stage: Stage;
  readonly request: ApiRequest;
  readonly match: Match | undefined;
  /** Path below the stage, as sent. */
  readonly path: string;
  readonly context: RequestContext;
  /** `X-Amzn-Trace-Id` of the request, the client's or a new one. */
  readonly traceId: string;
}

/**
 * Finds the stage and the route of a request. A path that begins with the name of a stage means that stage, as at
 * `execute-api`; any other path goes to the first stage, as through a custom domain that is mapped to it.
 */
export function beginExchange(api: RestApi, routes: readonly Route[], request: ApiRequest, services: GatewayServices): Exchange | undefined {
  const firstSegment = request.rawPath.split('/')[1] ?? '';
  const named = api.stages.get(firstSegment);
  const stage = named ?? api.stages.values().next().value;
  if (!stage) return undefined;
  const path = named ? request.rawPath.slice(firstSegment.length + 1) || '/' : request.rawPath;
  const match = matchRoute(routes, request.method, path);
  const { accountId, region } = services;
  return {
    api,
    stage,
    request,
    match,
    path,
    traceId: headerValue(request.headers, traceHeader) ?? newTraceId(),
    context: requestContext({ api, stage, request, match, ids: requestIds(request), path: request.rawPath, nowMs: services.nowMs(), accountId, region }),
  };
}

export function substitutionScope({ context, stage, request, match }: Exchange, authorizer: Readonly<Record<string, unknown>> = {}): SubstitutionScope {
  return {
    context: { ...context, authorizer },
    stageVariables: stage.variables,
    parameter: (place, name) => {
      if (place === 'header') return headerValue(request.headers, name);
      if (place === 'path') return match?.pathParameters[name];
      return request.query.findLast(([key]) => key === name)?.[1];
    },
  };
}

export function newTraceId(): string {
  const hex = randomBytes(16).toString('hex');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** As on AWS a client can choose `requestId`, and cannot choose `extendedRequestId`. */
function requestIds(request: ApiRequest): { requestId: string; extendedRequestId: string } {
  return {
    requestId: headerValue(request.headers, 'x-amzn-requestid') ?? randomUUID(),
    extendedRequestId: `${randomBytes(11).toString('base64url')}=`,
  };
}
