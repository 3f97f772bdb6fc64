import type { Match } from './routes.ts';
import type { RestApi, Stage } from './restApi.ts';
import { headerValue } from './request.ts';
import type { ApiRequest } from './request.ts';

/** `$context` of one request: what events, gateway responses and access logs show of it. */
export interface RequestContext {
  readonly [name: string]: unknown;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly httpMethod: string;
  /** With the stage in front, as sent. */
  readonly path: string;
  readonly identity: Readonly<Record<string, string | null>>;
}

export interface ContextInput {
  readonly api: RestApi;
  readonly stage: Stage;
  readonly request: ApiRequest;
  readonly match: Match | undefined;
  readonly ids: { readonly requestId: string; readonly extendedRequestId: string };
  readonly path: string;
  readonly nowMs: number;
  readonly accountId: string;
  readonly region: string;
}

export function requestContext({ api, stage, request, match, ids, path, nowMs, accountId, region }: ContextInput): RequestContext {
  return {
    resourceId: match?.route.resourceId ?? api.rootResourceId,
    resourcePath: match?.route.resourcePath ?? '/',
    operationName: undefined,
    httpMethod: request.method,
    extendedRequestId: ids.extendedRequestId,
    requestTime: commonLogTime(nowMs),
    path,
    accountId,
    protocol: request.protocol,
    stage: stage.name,
    domainPrefix: api.id,
    requestTimeEpoch: nowMs,
    requestId: ids.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: headerValue(request.headers, 'User-Agent') ?? null,
      user: null,
    },
    domainName: `${api.id}.execute-api.${region}.amazonaws.com`,
    deploymentId: stage.deploymentId,
    apiId: api.id,
  };
}

/** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`, the path as sent. */
export function methodArn(input: { region: string; accountId: string; apiId: string; stage: string; method: string; path: string }): string {
  const { region, accountId, apiId, stage, method, path } = input;
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${method}${path.startsWith('/') ? path : `/${path}`}`;
}

/** `22/Nov/2026:07:45:00 +0000`. */
export function commonLogTime(nowMs: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/u.exec(new Date(nowMs).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
