import type { CfnResource } from 'aws-cdk-lib';
import type { CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import { routeKey } from '../../shared/access/routeScopes.ts';
import type { RouteScopes } from '../../shared/access/routeScopes.ts';

export interface ProtectedRoute {
  readonly resource: CfnMethod;
  /** `GET`; or `ANY`, which holds for each verb that has no method of its own. */
  readonly method: string;
  /** As API Gateway names the resource: `/orders/{orderId}`. */
  readonly path: string;
  readonly scopes: readonly string[];
}

/** The protected methods of one API. */
export class RouteList {
  private readonly routes: ProtectedRoute[] = [];

  add(route: ProtectedRoute): void {
    this.routes.push(route);
  }

  has(resource: CfnResource): boolean {
    return this.routes.some((route) => route.resource === resource);
  }

  /** What the key authorizer reads: the scopes of each route. */
  scopes(): RouteScopes {
    return new Map(this.routes.map(({ method, path, scopes }) => [routeKey(method, path), scopes]));
  }
}
