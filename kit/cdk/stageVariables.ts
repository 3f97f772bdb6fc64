import type { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { encodeRouteScopes, toStageVariables } from '../../shared/access/routeScopes.ts';
import type { RouteScopes } from '../../shared/access/routeScopes.ts';

/** What API Gateway takes: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const maxVariables = 100;
const prefix = 'gatewarden_';

export interface StageScopes {
  readonly product: string;
  readonly environment: string;
  readonly routes: RouteScopes;
}

/** Product, environment and route scopes as stage variables. */
export function stageVariables({ product, environment, routes }: StageScopes): Readonly<Record<string, string>> {
  return {
    [`${prefix}product`]: product,
    [`${prefix}environment`]: environment,
    ...toStageVariables(encodeRouteScopes(routes)),
  };
}

/** Puts them among the stage's variables. Called after each route, which is enough: a list of routes only grows. */
export function setStageVariables(stage: CfnStage, scopes: StageScopes): void {
  // Overrides are merged into the rendered stage: the API's own variables stay, whenever they are set.
  for (const [name, value] of Object.entries(stageVariables(scopes))) stage.addPropertyOverride(`Variables.${name}`, value);
}

/** What is wrong with the variables as they would be deployed. */
export function checkStageVariables(stage: CfnStage, scopes: StageScopes): string[] {
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
  return problems;
}

function ownVariables(stage: CfnStage): Readonly<Record<string, unknown>> {
  const variables: unknown = stage.stack.resolve(stage.variables);
  return typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {};
}
