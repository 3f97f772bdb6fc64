import type { CfnResource } from 'aws-cdk-lib';
import { findCache, findRouteGaps, findStrayStages } from '../routeGaps.ts';
import type { RouteList } from '../routeList.ts';
import { apiIdProperties, partsOf, propertiesOf } from '../template.ts';
import type { ProtectedHttpApi } from './protectedHttpApi.ts';

export interface GuardedHttpApi {
  readonly api: ProtectedHttpApi;
  readonly authorizer: CfnResource;
  readonly routes: RouteList;
}

/** Ways past the authorizer, each as a message that names the route or the stage. */
export function findHttpGaps({ api, authorizer, routes }: GuardedHttpApi): string[] {
  const { httpApi, resource, stage } = api;
  const resources = partsOf(resource, 'AWS::ApiGatewayV2::Route', apiIdProperties.http);
  const apiPath = httpApi.node.path;
  return [
    // CORS preflight is the API's own answer, which takes no route.
    ...findRouteGaps({ resources, routes, authorizer, apiPath, word: 'route', nameOf, isHarmless: () => false }),
    ...findStrayStages(partsOf(resource, 'AWS::ApiGatewayV2::Stage', apiIdProperties.http), stage, { path: apiPath, kind: 'HttpApi' }),
    ...findHiddenRoutes(resource, apiPath),
    ...findCache(authorizer),
  ];
}

function findHiddenRoutes(resource: CfnResource, apiPath: string): string[] {
  const { Body: body, BodyS3Location: bodyElsewhere, Target: target } = propertiesOf(resource);
  return [
    ...(body !== undefined || bodyElsewhere !== undefined ? [`"${apiPath}" has an OpenAPI body, whose routes cannot be seen here: make each route with addRoutes().`] : []),
    ...(target !== undefined ? [`"${apiPath}" has a target, for which API Gateway makes a route that cannot be seen here: make it with addRoutes().`] : []),
  ];
}

function nameOf(route: CfnResource): string {
  return String(propertiesOf(route)['RouteKey'] ?? route.node.path);
}
