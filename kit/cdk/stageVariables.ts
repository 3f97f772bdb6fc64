import type { CfnResource } from 'aws-cdk-lib';
import { encodeRouteScopes, toStageVariables } from '../../shared/access/routeScopes.ts';
import type { RouteScopes } from '../../shared/access/routeScopes.ts';
import { asRecord, propertiesOf } from './template.ts';

/** What API Gateway takes: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const maxVariables = 100;
const prefix = 'gatewarden_';

/** The stage whose variables carry what the key authorizer has to know of an API. */
export interface ScopedStage {
  readonly resource: CfnResource;
  /** Its variables in the template. */
  readonly property: 'Variables' | 'StageVariables';
  /** Those that the API sets itself, as the construct holds them. */
  readonly own: () => unknown;
}

export interface StageScopes {
  readonly product: string;
  readonly environment: string;
  /** What the authorizer hands API Gateway for a request that may pass; null where API Gateway asks for nothing. */
  readonly gatewayKey: string | null;
  readonly routes: RouteScopes;
}

/** Product, environment and route scopes as stage variables. */
export function stageVariables({ product, environment, gatewayKey, routes }: StageScopes): Readonly<Record<string, string>> {
  return {
    [`${prefix}product`]: product,
    [`${prefix}environment`]: environment,
    ...(gatewayKey !== null && { [`${prefix}gateway_key`]: gatewayKey }),
    ...toStageVariables(encodeRouteScopes(routes)),
  };
}

/** Puts them among the stage's variables. Called after each route, which is enough: a list of routes only grows. */
export function setStageVariables({ resource, property }: ScopedStage, scopes: StageScopes): void {
  // Overrides are merged into the rendered stage: the API's own variables stay, whenever they are set.
  for (const [name, value] of Object.entries(stageVariables(scopes))) resource.addPropertyOverride(`${property}.${name}`, value);
}

/** What is wrong with the variables as they would be deployed. */
export function checkStageVariables(stage: ScopedStage, scopes: StageScopes): string[] {
  const own = Object.keys(ownVariables(stage));
  const problems = own
    .filter((name) => name.startsWith(prefix))
    .map((name) => `Stage variable "${name}" is Gatewarden's: choose a name that does not begin with "${prefix}".`);
  const count = own.length + Object.keys(stageVariables(scopes)).length;
  if (count > maxVariables) {
    problems.push(
      `The stage would need ${count} stage variables, ${own.length} of them the API's own; API Gateway takes ${maxVariables}. Use a greedy path ({proxy+}) for routes with the same scopes, or split the API.`,
    );
  }
  return [...problems, ...findChanges(stage, scopes), ...findCanary(stage)];
}

/** Another value, or one more part, would open a route by scopes that nobody has given it. */
function findChanges({ resource, property }: ScopedStage, scopes: StageScopes): string[] {
  // They are set with the first route that is protected.
  const expected = scopes.routes.size === 0 ? {} : asRecord(resource.stack.resolve(stageVariables(scopes)));
  const rendered = asRecord(propertiesOf(resource)[property]);
  const names = new Set([...Object.keys(expected), ...Object.keys(rendered).filter((name) => name.startsWith(prefix))]);
  return [...names]
    .filter((name) => JSON.stringify(rendered[name]) !== JSON.stringify(expected[name]))
    .map((name) => `Stage variable "${name}" was changed afterwards, and holds other scopes than protect() was given, or another product: leave it as it is.`);
}

/** A canary takes a part of the requests, with variables of its own. */
function findCanary({ resource }: ScopedStage): string[] {
  const { StageVariableOverrides: overrides } = asRecord(propertiesOf(resource)['CanarySetting']);
  return Object.keys(asRecord(overrides))
    .filter((name) => name.startsWith(prefix))
    .map((name) => `The canary of "${resource.node.path}" overrides the stage variable "${name}", which is Gatewarden's: leave it out.`);
}

function ownVariables({ resource, own }: ScopedStage): Readonly<Record<string, unknown>> {
  const variables: unknown = resource.stack.resolve(own());
  return typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {};
}
