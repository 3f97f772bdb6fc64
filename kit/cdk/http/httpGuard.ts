import { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { ApiGuard, GuardOptions } from '../apiGuard.ts';
import { allowInvocation, invocationUri } from '../authorizerFunction.ts';
import type { HttpTarget } from '../target.ts';
import { UsageLog, changedLog, secondLogRefusal } from '../usageLog.ts';
import { findHttpGaps } from './gaps.ts';
import { protectedHttpApiOf } from './protectedHttpApi.ts';
import type { ProtectedHttpApi } from './protectedHttpApi.ts';

/** Puts the key authorizer and its access log before the API of a route. Its 429 is the middleware's. */
export function guardHttpApi(scope: Construct, first: HttpTarget, options: GuardOptions): ApiGuard {
  const api = protectedHttpApiOf(first, scope);
  if (options.limitedBy === 'gateway') {
    throw new Error(`[${scope.node.path}] "${api.httpApi.node.path}" is an HTTP API, which cannot answer 429 itself: leave limitedBy out, and use the middleware.`);
  }
  const functionArn = options.gatewarden.keyAuthorizerArnIn(scope);
  const authorizer = addAuthorizer(scope, api, functionArn);
  const permission = allowInvocation(scope, { functionArn, apiId: api.httpApi.apiId, authorizerId: authorizer.ref });
  const usageLog = options.usage ? addUsageLog(scope, api, options) : null;
  const { stage } = api;
  return {
    api: api.httpApi,
    stage: { resource: stage, property: 'StageVariables', own: () => stage.stageVariables },
    authorizerId: authorizer.ref,
    gatewayKey: null,
    // The stage deploys by itself: a route that came before the permission would answer 500 until then.
    complete: ({ resource }) => resource.addResourceDependency(permission),
    findGaps: (routes) => [
      ...findHttpGaps({ api, authorizer, routes }),
      ...(!usageLog || usageLog.isWrittenBy(stage, 'AccessLogSettings') ? [] : [changedLog(stage.node.path)]),
    ],
  };
}

function addAuthorizer(scope: Construct, { httpApi }: ProtectedHttpApi, functionArn: string): CfnAuthorizer {
  return new CfnAuthorizer(scope, 'Authorizer', {
    apiId: httpApi.apiId,
    name: 'gatewarden',
    authorizerType: 'REQUEST',
    authorizerUri: invocationUri(functionArn),
    authorizerPayloadFormatVersion: '2.0',
    enableSimpleResponses: true,
    // No cache: a revoked key is refused on the next request. Without identity sources a token may come in either header.
    authorizerResultTtlInSeconds: 0,
  });
}

function addUsageLog(scope: Construct, { stage }: ProtectedHttpApi, { gatewarden, accessLogRetention }: GuardOptions): UsageLog {
  if (stage.accessLogSettings !== undefined) throw new Error(`[${scope.node.path}] ${secondLogRefusal(stage.node.path)}`);
  const usageLog = new UsageLog(scope, { kind: 'http', usageFunctionArn: gatewarden.usageFunctionArnIn(scope), retention: accessLogRetention });
  stage.accessLogSettings = usageLog.accessLog;
  return usageLog;
}
