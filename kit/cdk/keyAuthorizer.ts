import { Aws, Token } from 'aws-cdk-lib';
import { CfnAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type { CfnMethod, Method, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { scopePattern } from '../../shared/config/config.ts';
import { managementProduct } from '../../shared/config/managementProduct.ts';
import type { Gatewarden } from './gatewarden.ts';
import { findGaps } from './gaps.ts';
import { addProblemResponses } from './problemResponses.ts';
import { protectedApiOf } from './protectedApi.ts';
import type { ProtectedApi } from './protectedApi.ts';
import { RouteList } from './routeList.ts';
import { checkStageVariables, setStageVariables } from './stageVariables.ts';
import type { StageScopes } from './stageVariables.ts';

export interface KeyAuthorizerProps {
  /** The deployment whose keys open this API. */
  readonly gatewarden: Gatewarden;
  /** The product that a key must be for, as `gatewarden.config.ts` names it. */
  readonly product: string;
  /** The environment that a key must be for. */
  readonly environment: 'live' | 'test';
  /**
   * Answers API Gateway's own errors as `application/problem+json`. Set it to false when the API has gateway
   * responses of its own: an API takes one of each type.
   *
   * @default true
   */
  readonly problemResponses?: boolean;
}

export interface ProtectOptions {
  /** Scopes that a key needs, all of them. An empty list lets every valid key of the product in. */
  readonly scopes: readonly string[];
}

export interface LeaveOpenOptions {
  /** Why anyone may call this method. Kept in the method's metadata in the template. */
  readonly reason: string;
}

/** The one KeyAuthorizer of each API. */
const owners = new WeakMap<RestApi, KeyAuthorizer>();

/**
 * Puts Gatewarden in front of one REST API: every method is protected, or left open with a reason. A method that is
 * neither fails the synthesis, by name.
 */
export class KeyAuthorizer extends Construct {
  private readonly props: KeyAuthorizerProps;
  private readonly routes = new RouteList();
  private readonly open = new Set<CfnMethod>();
  private guarded: { readonly api: ProtectedApi; readonly authorizer: CfnAuthorizer } | undefined;

  constructor(scope: Construct, id: string, props: KeyAuthorizerProps) {
    super(scope, id);
    if (Token.isUnresolved(props.product) || !/^[a-z][a-z0-9-]{0,39}$/.test(props.product)) {
      throw this.refusal(`product must be the name of a product in gatewarden.config.ts, got "${props.product}".`);
    }
    // A management token sent to an integrator's API would be in its hands.
    if (props.product === managementProduct) {
      throw this.refusal(`product "${managementProduct}" is that of management keys, which must be shown to the management API only.`);
    }
    if (props.environment !== 'live' && props.environment !== 'test') {
      throw this.refusal(`environment must be "live" or "test", got "${String(props.environment)}".`);
    }
    this.props = props;
    this.node.addValidation({ validate: () => this.validate() });
  }

  /** Lets only keys with these scopes through to a method that was made with `resource.addMethod(verb, integration)`. */
  protect(method: Method, options: ProtectOptions): void {
    const name = nameOf(method);
    for (const scope of options.scopes) {
      if (Token.isUnresolved(scope) || !scopePattern.test(scope)) {
        throw this.refusal(`${name}: a scope must look like "orders:read", got "${scope}".`);
      }
    }
    const { api, authorizer } = this.guard(method);
    const resource = this.claim(method);
    if (resource.authorizationType !== 'NONE' || resource.authorizerId !== undefined) {
      throw this.refusal(`${name} already has authorization ${resource.authorizationType ?? ''}: make it with addMethod('${method.httpMethod}', integration) and no authorizer.`);
    }
    resource.authorizationType = 'CUSTOM';
    resource.authorizerId = authorizer.ref;
    this.routes.add({ resource, method: method.httpMethod, path: method.resource.path, scopes: [...new Set(options.scopes)] });
    setStageVariables(api.stage, this.stageScopes());
    // API Gateway serves a method as it was when the deployment was made: without a new one the authorizer would stay off.
    api.deployment.addToLogicalId({ gatewarden: { method: method.node.path, authorizer: authorizer.ref, scopes: options.scopes } });
  }

  /** States that anyone may call this method. For health checks, webhooks with a signature of their own, and the like. */
  leaveOpen(method: Method, options: LeaveOpenOptions): void {
    if (options.reason.trim() === '') {
      throw this.refusal(`${nameOf(method)}: give the reason why it is left open.`);
    }
    this.guard(method);
    const resource = this.claim(method);
    this.open.add(resource);
    resource.addMetadata('gatewarden:leftOpen', options.reason);
  }

  /** The API of the first method becomes this authorizer's API: an API Gateway authorizer belongs to one API. */
  private guard(method: Method): { readonly api: ProtectedApi; readonly authorizer: CfnAuthorizer } {
    const api = protectedApiOf(method, this);
    const owner = owners.get(api.restApi) ?? this;
    if (owner !== this) {
      throw this.refusal(`"${api.restApi.node.path}" is protected by "${owner.node.path}" already, for which its stage holds the scopes: protect ${nameOf(method)} with that one.`);
    }
    this.guarded ??= { api, authorizer: this.addAuthorizer(api) };
    if (this.guarded.api.restApi !== api.restApi) {
      throw this.refusal(
        `${nameOf(method)} belongs to "${api.restApi.node.path}", but this KeyAuthorizer protects "${this.guarded.api.restApi.node.path}": make one KeyAuthorizer per API.`,
      );
    }
    return this.guarded;
  }

  private addAuthorizer(api: ProtectedApi): CfnAuthorizer {
    owners.set(api.restApi, this);
    const functionArn = this.props.gatewarden.keyAuthorizerArn;
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      restApiId: api.restApi.restApiId,
      name: 'gatewarden',
      type: 'REQUEST',
      authorizerUri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      // No cache: a revoked key is refused on the next request. Without identity sources a token may come in either header.
      authorizerResultTtlInSeconds: 0,
    });
    const permission = new CfnPermission(this, 'Invoke', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${api.restApi.restApiId}/authorizers/${authorizer.ref}`,
    });
    api.deployment.node.addDependency(permission);
    if (this.props.problemResponses !== false) addProblemResponses(this, api.restApi);
    return authorizer;
  }

  private claim(method: Method): CfnMethod {
    // An L2 method's default child is always its CfnMethod.
    const resource = method.node.defaultChild as CfnMethod;
    if (this.open.has(resource) || this.routes.has(resource)) {
      throw this.refusal(`${nameOf(method)} is already protected or left open.`);
    }
    return resource;
  }

  private stageScopes(): StageScopes {
    return { product: this.props.product, environment: this.props.environment, routes: this.routes.scopes() };
  }

  private validate(): string[] {
    if (!this.guarded) return ['This KeyAuthorizer protects no method: call protect(method, { scopes }) for each method of the API.'];
    const { api, authorizer } = this.guarded;
    return [
      ...findGaps({ api, authorizer, routes: this.routes, open: this.open }),
      ...checkStageVariables(api.stage, this.stageScopes()),
    ];
  }

  private refusal(message: string): Error {
    return new Error(`[${this.node.path}] ${message}`);
  }
}

function nameOf(method: Method): string {
  return `${method.httpMethod} ${method.resource.path}`;
}
