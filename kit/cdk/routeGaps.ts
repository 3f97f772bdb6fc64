import type { CfnResource } from 'aws-cdk-lib';
import { asRecord, propertiesOf } from './template.ts';
import type { RouteList } from './routeList.ts';

export interface RouteGapOptions {
  /** Every route of the API in the app. */
  readonly resources: readonly CfnResource[];
  readonly routes: RouteList;
  readonly authorizer: CfnResource;
  readonly apiPath: string;
  /** What this kind of API calls a route. */
  readonly word: 'method' | 'route';
  readonly nameOf: (resource: CfnResource) => string;
  /** An answer of API Gateway itself, with nothing behind it. */
  readonly isHarmless: (resource: CfnResource) => boolean;
}

/** Routes that are neither protected nor left open, or not any more, each as a message that names it. */
export function findRouteGaps(options: RouteGapOptions): string[] {
  const { resources, routes, authorizer, apiPath, word, nameOf, isHarmless } = options;
  return resources.flatMap((resource) => {
    const name = nameOf(resource);
    const usesAuthorizer = isBehind(resource, authorizer);
    if (routes.isProtected(resource)) return usesAuthorizer ? [] : [`${name} was protected, but its authorizer was changed afterwards.`];
    if (usesAuthorizer) return [`${name} uses the key authorizer, but is missing from its scopes: call protect(${word}, { scopes }).`];
    if (routes.isOpen(resource) || isHarmless(resource)) return [];
    return [
      `${name} of "${apiPath}" is not protected: call protect(${word}, { scopes: ['…'] }), or leaveOpen(${word}, { reason: '…' }) if anyone may call it.`,
    ];
  });
}

/** The scopes are in the variables of one stage: on any other the authorizer would refuse every call. */
export function findStrayStages(stages: readonly CfnResource[], stage: CfnResource, api: { readonly path: string; readonly kind: string }): string[] {
  return stages
    .filter((other) => other !== stage)
    .map((other) => `Stage "${other.node.path}" is a second stage of "${api.path}": make one ${api.kind}, with one KeyAuthorizer, per stage.`);
}

/** A cached Allow, which is for the whole stage, would open a route by the scopes of another. */
export function findCache(authorizer: CfnResource): string[] {
  const isCached = propertiesOf(authorizer)['AuthorizerResultTtlInSeconds'] !== 0;
  return isCached ? [`"${authorizer.node.path}" must not cache: leave its authorizerResultTtlInSeconds at 0.`] : [];
}

function isBehind(resource: CfnResource, authorizer: CfnResource): boolean {
  const { AuthorizationType: type, AuthorizerId: id } = propertiesOf(resource);
  return type === 'CUSTOM' && resource.stack === authorizer.stack && asRecord(id)['Ref'] === authorizer.stack.resolve(authorizer.logicalId);
}
