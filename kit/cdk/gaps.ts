import type { CfnResource } from 'aws-cdk-lib';
import type { CfnAuthorizer, CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Method } from 'aws-cdk-lib/aws-apigateway';
import { asRecord, methodsOf, propertiesOf, stagesOf } from './protectedApi.ts';
import type { ProtectedApi } from './protectedApi.ts';
import type { RouteList } from './routeList.ts';

export interface Guarded {
  readonly api: ProtectedApi;
  readonly authorizer: CfnAuthorizer;
  readonly routes: RouteList;
  readonly open: ReadonlySet<CfnResource>;
}

/** Ways past the authorizer, each as a message that names the method or the stage. */
export function findGaps({ api, authorizer, routes, open }: Guarded): string[] {
  const gaps = methodsOf(api.restApi).flatMap((method) => {
    const name = nameOf(method);
    const usesAuthorizer = isBehind(method, authorizer);
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
  return [...gaps, ...strayStages, ...shortcuts(api, authorizer)];
}

/** Ways past every method at once. */
function shortcuts({ restApi }: ProtectedApi, authorizer: CfnAuthorizer): string[] {
  const { Body: body, BodyS3Location: bodyElsewhere } = propertiesOf(restApi.node.defaultChild as CfnRestApi);
  const hasBody = body !== undefined || bodyElsewhere !== undefined;
  // A cached Allow, which is for the whole stage, would open a route by the scopes of another.
  const isCached = propertiesOf(authorizer)['AuthorizerResultTtlInSeconds'] !== 0;
  return [
    ...(hasBody ? [`"${restApi.node.path}" has an OpenAPI body, whose methods cannot be seen here: make each method with addMethod().`] : []),
    ...(isCached ? [`"${authorizer.node.path}" must not cache: leave its authorizerResultTtlInSeconds at 0.`] : []),
  ];
}

function isBehind(method: CfnResource, authorizer: CfnAuthorizer): boolean {
  const { AuthorizationType: type, AuthorizerId: id } = propertiesOf(method);
  return type === 'CUSTOM' && method.stack === authorizer.stack && asRecord(id)['Ref'] === authorizer.stack.resolve(authorizer.logicalId);
}

/** What `defaultCorsPreflightOptions` adds: an answer of API Gateway itself, with nothing behind it. */
function isPreflight(method: CfnResource): boolean {
  const { HttpMethod: verb, Integration: integration } = propertiesOf(method);
  return verb === 'OPTIONS' && asRecord(integration)['Type'] === 'MOCK';
}

function nameOf(method: CfnResource): string {
  const parent = method.node.scope;
  if (parent instanceof Method) return `${parent.httpMethod} ${parent.resource.path}`;
  return `${String(propertiesOf(method)['HttpMethod'])} (${method.node.path})`;
}
