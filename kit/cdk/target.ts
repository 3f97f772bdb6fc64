import type { CfnMethod, Method } from 'aws-cdk-lib/aws-apigateway';
import type { CfnRoute, HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';

interface Named {
  /** As messages name it: `GET /orders`. */
  readonly name: string;
  /** `GET`; or `ANY`, which holds for each verb that has no method of its own. */
  readonly method: string;
  /** As API Gateway names the route: `/orders/{orderId}`, or an HTTP API's `$default`. */
  readonly path: string;
}

/** A method of a REST API. */
export interface RestTarget extends Named {
  readonly kind: 'rest';
  readonly route: Method;
  readonly resource: CfnMethod;
}

/** A route of an HTTP API. */
export interface HttpTarget extends Named {
  readonly kind: 'http';
  readonly route: HttpRoute;
  readonly resource: CfnRoute;
}

export type Target = RestTarget | HttpTarget;

/** What can be protected, with its names and the resource that it becomes. */
export function targetOf(route: Method | HttpRoute): Target {
  // Both constructs' default child is always the resource.
  if (isHttpRoute(route)) {
    const resource = route.node.defaultChild as CfnRoute;
    return { kind: 'http', route, resource, ...httpNames(resource.routeKey) };
  }
  const { httpMethod: method, resource: { path } } = route;
  return { kind: 'rest', route, resource: route.node.defaultChild as CfnMethod, name: `${method} ${path}`, method, path };
}

/** By what it has, not by its class: an app whose CDK is another copy than the kit's has classes of its own. */
function isHttpRoute(route: Method | HttpRoute): route is HttpRoute {
  return 'httpApi' in route;
}

/** A route key is `GET /orders`, or `$default` for whatever no other route takes. */
function httpNames(routeKey: string): Named {
  const space = routeKey.indexOf(' ');
  if (space < 0) return { name: routeKey, method: 'ANY', path: routeKey };
  return { name: routeKey, method: routeKey.slice(0, space), path: routeKey.slice(space + 1) };
}
