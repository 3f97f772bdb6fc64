import type { Method, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { HttpApi, HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { scopePattern } from '../../shared/config/config.ts';
import type { ApiGuard, GuardOptions } from './apiGuard.ts';
import { guardHttpApi } from './http/httpGuard.ts';
import { faultOf } from './keyAuthorizerProps.ts';
import type { KeyAuthorizerProps } from './keyAuthorizerProps.ts';
import { guardRestApi } from './rest/restGuard.ts';
import { RouteList } from './routeList.ts';
import { checkStageVariables, setStageVariables } from './stageVariables.ts';
import type { StageScopes } from './stageVariables.ts';
import { targetOf } from './target.ts';
import type { Target } from './target.ts';

export interface ProtectOptions {
  /** Scopes that a key needs, all of them. An empty list lets every valid key of the product in. */
  readonly scopes: readonly string[];
}

export interface LeaveOpenOptions {
  /** Why anyone may call this method. Kept in the method's metadata in the template. */
  readonly reason: string;
}

/** A method of a REST API, or a route of an HTTP API, or those that `addRoutes()` has made. */
export type Protectable = Method | HttpRoute | readonly HttpRoute[];

/** The one KeyAuthorizer of each API. */
const owners = new WeakMap<IConstruct, KeyAuthorizer>();

/**
 * Puts Gatewarden in front of one REST API or HTTP API: every method is protected, or left open with a reason. A method
 * that is neither fails the synthesis, by name.
 */
export class KeyAuthorizer extends Construct {
  private readonly props: KeyAuthorizerProps;
  private readonly routes = new RouteList();
  private guard: ApiGuard | undefined;

  constructor(scope: Construct, id: string, props: KeyAuthorizerProps) {
    super(scope, id);
    const fault = faultOf(props);
    if (fault !== null) throw this.refusal(fault);
    this.props = props;
    this.node.addValidation({ validate: () => this.validate() });
  }

  /**
   * Lets only keys with these scopes through to what was made with `resource.addMethod(verb, integration)`, or with an
   * HTTP API's `addRoutes({ path, methods, integration })`.
   */
  protect(routes: Protectable, options: ProtectOptions): void {
    for (const target of targetsOf(routes)) {
      for (const scope of options.scopes) {
        if (!scopePattern.test(scope)) {
          throw this.refusal(`${target.name}: a scope must look like "orders:read", got "${scope}".`);
        }
      }
      this.protectOne(target, [...new Set(options.scopes)]);
    }
  }

  /** States that anyone may call this method. For health checks, webhooks with a signature of their own, and the like. */
  leaveOpen(routes: Protectable, options: LeaveOpenOptions): void {
    for (const target of targetsOf(routes)) {
      if (options.reason.trim() === '') throw this.refusal(`${target.name}: give the reason why it is left open.`);
      this.guardOf(target);
      this.claim(target);
      this.routes.leaveOpen(target);
      target.resource.addMetadata('gatewarden:leftOpen', options.reason);
    }
  }

  private protectOne(target: Target, scopes: readonly string[]): void {
    const guard = this.guardOf(target);
    this.claim(target);
    const { name, resource } = target;
    const { authorizationType: type, authorizerId } = resource;
    if ((type !== undefined && type !== 'NONE') || authorizerId !== undefined) {
      throw this.refusal(`${name} already has authorization ${type ?? ''}: make it without an authorizer of its own.`);
    }
    resource.authorizationType = 'CUSTOM';
    resource.authorizerId = guard.authorizerId;
    this.routes.protect(target, scopes);
    setStageVariables(guard.stage, this.stageScopes(guard));
    guard.complete(target, scopes);
  }

  /** The API of the first method becomes this authorizer's API: an API Gateway authorizer belongs to one API. */
  private guardOf(target: Target): ApiGuard {
    const api = apiOf(target);
    const owner = owners.get(api) ?? this;
    if (owner !== this) {
      throw this.refusal(`"${api.node.path}" is protected by "${owner.node.path}" already, for which its stage holds the scopes: protect ${target.name} with that one.`);
    }
    if (this.guard && this.guard.api !== api) {
      throw this.refusal(
        `${target.name} belongs to "${api.node.path}", but this KeyAuthorizer protects "${this.guard.api.node.path}": make one KeyAuthorizer per API.`,
      );
    }
    if (!this.guard) {
      const options = this.guardOptions();
      this.guard = target.kind === 'rest' ? guardRestApi(this, target, options) : guardHttpApi(this, target, options);
      owners.set(api, this);
    }
    return this.guard;
  }

  private guardOptions(): GuardOptions {
    const { gatewarden, limitedBy, problemResponses = true, usage = true, accessLogRetention = RetentionDays.THREE_MONTHS } = this.props;
    return { gatewarden, limitedBy, problemResponses, usage, accessLogRetention };
  }

  private claim({ name, resource }: Target): void {
    if (this.routes.isOpen(resource) || this.routes.isProtected(resource)) {
      throw this.refusal(`${name} is already protected or left open.`);
    }
  }

  private stageScopes({ gatewayKey }: ApiGuard): StageScopes {
    return { product: this.props.product, environment: this.props.environment, gatewayKey, routes: this.routes.scopes() };
  }

  private validate(): string[] {
    if (!this.guard) return ['This KeyAuthorizer protects no method: call protect(method, { scopes }) for each method of the API.'];
    return [...this.guard.findGaps(this.routes), ...checkStageVariables(this.guard.stage, this.stageScopes(this.guard))];
  }

  private refusal(message: string): Error {
    return new Error(`[${this.node.path}] ${message}`);
  }
}

function targetsOf(routes: Protectable): Target[] {
  return isList(routes) ? routes.map(targetOf) : [targetOf(routes)];
}

function isList(routes: Protectable): routes is readonly HttpRoute[] {
  return Array.isArray(routes);
}

function apiOf(target: Target): RestApi | HttpApi {
  // An imported API is refused where its guard is made.
  return (target.kind === 'rest' ? target.route.api : target.route.httpApi) as RestApi | HttpApi;
}
