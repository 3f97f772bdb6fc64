import type { CfnAuthorizer, CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import { Method } from 'aws-cdk-lib/aws-apigateway';
import { methodsOf, stagesOf } from './protectedApi.ts';
import type { ProtectedApi } from './protectedApi.ts';
import type { RouteList } from './routeList.ts';

export interface Guarded {
  readonly api: ProtectedApi;
  readonly authorizer: CfnAuthorizer;
  readonly routes: RouteList;
  readonly open: ReadonlySet<CfnMethod>;
}

/** Ways past the authorizer, each as a message that names the method or the stage. */
export function findGaps({ api, authorizer, routes, open }: Guarded): string[] {
  const gaps = methodsOf(api.restApi).flatMap((method) => {
    const name = nameOf(method);
    const usesAuthorizer = authorizerOf(method) === authorizer.ref;
    if (routes.has(method)) return usesAuthorizer ? [] : [`${name} was protected, but its authorizer was changed afterwards.`];
    if (usesAuthorizer) return [`${name} uses the key authorizer, but is missing from its scopes: call protect(method, { scopes }).`];
    if (open.has(method) || isPreflight(method)) return [];
    return [
      `${name} of "${api.restApi.node.path}" is not protected: call protect(method, { scopes: ['…'] }), or leaveOpen(method, { reason: '…' }) if anyone may call it.`,
    ];
  });
  // The scopes are in the variables of one stage: on any other the authorizer would refuse every call.
  const strayStages = stagesOf(api.restApi)
    .filter((stage) => stage !== api.stage)
    .map((stage) => `Stage "${stage.node.path}" is a second stage of "${api.restApi.node.path}": make one RestApi, with one KeyAuthorizer, per stage.`);
  return [...gaps, ...strayStages];
}

function authorizerOf(method: CfnMethod): unknown {
  return method.authorizationType === 'CUSTOM' ? method.authorizerId : undefined;
}

/** What `defaultCorsPreflightOptions` adds: an answer of API Gateway itself, with nothing behind it. */
function isPreflight(method: CfnMethod): boolean {
  const integration: unknown = method.stack.resolve(method.integration);
  return method.httpMethod === 'OPTIONS' && isRecord(integration) && integration['type'] === 'MOCK';
}

function nameOf(method: CfnMethod): string {
  const parent = method.node.scope;
  return parent instanceof Method ? `${parent.httpMethod} ${parent.resource.path}` : `${method.httpMethod} (${method.node.path})`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
