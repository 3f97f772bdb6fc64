import type { CfnResource } from 'aws-cdk-lib';
import { routeKey } from '../../shared/access/routeScopes.ts';
import type { RouteScopes } from '../../shared/access/routeScopes.ts';
import type { Target } from './target.ts';

/** The routes of one API that somebody has decided on. */
export class RouteList {
  private readonly protectedRoutes = new Map<CfnResource, { readonly target: Target; readonly scopes: readonly string[] }>();
  private readonly openRoutes = new Set<CfnResource>();

  protect(target: Target, scopes: readonly string[]): void {
    this.protectedRoutes.set(target.resource, { target, scopes });
  }

  leaveOpen(target: Target): void {
    this.openRoutes.add(target.resource);
  }

  isProtected(resource: CfnResource): boolean {
    return this.protectedRoutes.has(resource);
  }

  isOpen(resource: CfnResource): boolean {
    return this.openRoutes.has(resource);
  }

  /** What the key authorizer reads: the scopes of each route. */
  scopes(): RouteScopes {
    return new Map([...this.protectedRoutes.values()].map(({ target, scopes }) => [routeKey(target.method, target.path), scopes]));
  }
}
