import { CfnAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ApiGuard, GuardOptions } from '../apiGuard.ts';
import { allowInvocation, invocationUri } from '../authorizerFunction.ts';
import { addLimitedResponse, addProblemResponses } from '../problemResponses.ts';
import type { RestTarget } from '../target.ts';
import { UsageLog, changedLog, secondLogRefusal } from '../usageLog.ts';
import { findRestGaps } from './gaps.ts';
import { addGatewayKey } from './gatewayKey.ts';
import type { GatewayKey } from './gatewayKey.ts';
import { protectedRestApiOf } from './protectedRestApi.ts';
import type { ProtectedRestApi } from './protectedRestApi.ts';

/** Puts the key authorizer, its 429 and its access log before the API of a method. */
export function guardRestApi(scope: Construct, first: RestTarget, options: GuardOptions): ApiGuard {
  const api = protectedRestApiOf(first, scope);
  const authorizer = addAuthorizer(scope, api, options.gatewarden.keyAuthorizerArnIn(scope));
  const gate = options.limitedBy === 'middleware' ? null : addGate(scope, api);
  addResponses(scope, { api, gate, problemResponses: options.problemResponses });
  const usageLog = options.usage ? addUsageLog(scope, api, options) : null;
  const { stage } = api;
  return {
    api: api.restApi,
    stage: { resource: stage, property: 'Variables', own: () => stage.variables },
    authorizerId: authorizer.ref,
    gatewayKey: gate?.value ?? null,
    complete: ({ route, resource }, scopes) => {
      if (gate) resource.apiKeyRequired = true;
      // API Gateway serves a method as it was when the deployment was made: without a new one the authorizer would stay off.
      api.deployment.addToLogicalId({ gatewarden: { method: route.node.path, authorizer: authorizer.ref, scopes } });
    },
    findGaps: (routes) => [
      ...findRestGaps({ api, authorizer, routes, gate }),
      ...(!usageLog || usageLog.isWrittenBy(stage, 'AccessLogSetting') ? [] : [changedLog(stage.node.path)]),
    ],
  };
}

function addAuthorizer(scope: Construct, { restApi, deployment }: ProtectedRestApi, functionArn: string): CfnAuthorizer {
  const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
    restApiId: restApi.restApiId,
    name: 'gatewarden',
    type: 'REQUEST',
    authorizerUri: invocationUri(functionArn),
    // No cache: a revoked key is refused on the next request. Without identity sources a token may come in either header.
    authorizerResultTtlInSeconds: 0,
  });
  const permission = allowInvocation(scope, { functionArn, apiId: restApi.restApiId, authorizerId: authorizer.ref });
  deployment.node.addDependency(permission);
  return authorizer;
}

function addGate(scope: Construct, api: ProtectedRestApi): GatewayKey {
  const source = api.resource.apiKeySourceType;
  if (source !== undefined && source !== 'AUTHORIZER') {
    throw new Error(
      `[${scope.node.path}] "${api.restApi.node.path}" takes API keys from ${source}, where callers choose them: leave apiKeySourceType out, or set limitedBy: 'middleware'.`,
    );
  }
  return addGatewayKey(scope, api);
}

function addResponses(scope: Construct, { api, gate, problemResponses }: { api: ProtectedRestApi; gate: GatewayKey | null; problemResponses: boolean }): void {
  if (problemResponses) addProblemResponses(scope, api.restApi, { isLimited: gate !== null });
  else if (gate) addLimitedResponse(scope, api.restApi);
}

function addUsageLog(scope: Construct, { stage }: ProtectedRestApi, { gatewarden, accessLogRetention }: GuardOptions): UsageLog {
  if (stage.accessLogSetting !== undefined) throw new Error(`[${scope.node.path}] ${secondLogRefusal(stage.node.path)}`);
  const usageLog = new UsageLog(scope, { kind: 'rest', usageFunctionArn: gatewarden.usageFunctionArnIn(scope), retention: accessLogRetention });
  stage.accessLogSetting = usageLog.accessLog;
  return usageLog;
}
