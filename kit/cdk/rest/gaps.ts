import type { CfnResource } from 'aws-cdk-lib';
import type { Method } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { findCache, findRouteGaps, findStrayStages } from '../routeGaps.ts';
import type { RouteList } from '../routeList.ts';
import { apiIdProperties, asRecord, partsOf, propertiesOf } from '../template.ts';
import { findGateGaps } from './gatewayGaps.ts';
import type { GatewayKey } from './gatewayKey.ts';
import type { ProtectedRestApi } from './protectedRestApi.ts';
import { findSecondResponses } from './responseGaps.ts';

export interface GuardedRestApi {
  readonly api: ProtectedRestApi;
  readonly authorizer: CfnResource;
  readonly routes: RouteList;
  /** Null where the middleware alone refuses what a limit refuses. */
  readonly gate: GatewayKey | null;
}

/** Ways past the authorizer and the limits, each as a message that names the method or the stage. */
export function findRestGaps({ api, authorizer, routes, gate }: GuardedRestApi): string[] {
  const { restApi, resource, stage } = api;
  const methods = partsOf(resource, 'AWS::ApiGateway::Method', apiIdProperties.rest);
  const apiPath = restApi.node.path;
  return [
    ...findRouteGaps({ resources: methods, routes, authorizer, apiPath, word: 'method', nameOf, isHarmless: isPreflight }),
    ...findStrayStages(partsOf(resource, 'AWS::ApiGateway::Stage', apiIdProperties.rest), stage, { path: apiPath, kind: 'RestApi' }),
    ...findBody(resource, apiPath),
    ...findResponseCache(stage),
    ...findCache(authorizer),
    ...findSecondResponses({ api, authorizer, routes, gate }),
    ...(gate ? findGateGaps({ api, gate, routes, methods, nameOf }) : []),
  ];
}

function findBody(resource: CfnResource, apiPath: string): string[] {
  const { Body: body, BodyS3Location: bodyElsewhere } = propertiesOf(resource);
  if (body === undefined && bodyElsewhere === undefined) return [];
  return [`"${apiPath}" has an OpenAPI body, whose methods cannot be seen here: make each method with addMethod().`];
}

/** API Gateway's response cache goes by path alone, unless told otherwise: one caller would be given another's answer. */
function findResponseCache(stage: CfnResource): string[] {
  const { CacheClusterEnabled: cluster, MethodSettings: settings } = propertiesOf(stage);
  const isOn = isSet(cluster) || (Array.isArray(settings) && settings.some((setting) => isSet(asRecord(setting)['CachingEnabled'])));
  return isOn ? [`"${stage.node.path}" caches responses, which would hand one caller's answer to another: turn cachingEnabled and cacheClusterEnabled off.`] : [];
}

/** What cannot be read before it is deployed counts as set. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== 'false';
}

/** What `defaultCorsPreflightOptions` adds: an answer of API Gateway itself, with nothing behind it. */
function isPreflight(method: CfnResource): boolean {
  const { HttpMethod: verb, Integration: integration } = propertiesOf(method);
  return verb === 'OPTIONS' && asRecord(integration)['Type'] === 'MOCK';
}

function nameOf(method: CfnResource): string {
  const parent = method.node.scope;
  if (isMethod(parent)) return `${parent.httpMethod} ${parent.resource.path}`;
  return `${String(propertiesOf(method)['HttpMethod'])} (${method.node.path})`;
}

/** By what it has: the app's CDK may be another copy than the kit's. */
function isMethod(construct: IConstruct | undefined): construct is Method {
  return construct !== undefined && 'httpMethod' in construct && 'resource' in construct;
}
