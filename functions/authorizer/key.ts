import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { encodeCallerContext } from '../../shared/access/authorizerContext.ts';
import { decodeRouteScopes, fromStageVariables, routeKey } from '../../shared/access/routeScopes.ts';
import type { RouteScopes } from '../../shared/access/routeScopes.ts';
import type { Demand } from '../../shared/keys/decide.ts';
import { answer } from './answer.ts';
import { authorizerSources } from './sources.ts';

const sources = authorizerSources();

/** The authorizer in front of integrators' APIs. What is particular to an API stands in its stage variables. */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  return answer({
    authorizer: 'key',
    event,
    sources,
    demand: () => readDemand(event),
    contextOf: ({ key, organization }) =>
      encodeCallerContext({
        keyId: key.id,
        keyName: key.name,
        organizationId: key.organizationId,
        environment: key.environment,
        product: key.product,
        plan: organization.plan,
        scopes: key.scopes,
        expiresAt: key.expiresAt,
      }),
  });
}

/** Throws when the stage does not say what it protects, or does not name the route: neither is open. */
function readDemand(event: APIGatewayRequestAuthorizerEvent): Demand {
  const variables = event.stageVariables ?? {};
  const product = variables['gatewarden_product'];
  const environment = variables['gatewarden_environment'];
  if (!product || !environment) throw new Error('The stage variables name no product or no environment.');
  const routes = parsedRoutes(fromStageVariables(variables));
  const scopes = routes.get(routeKey(event.httpMethod, event.resource)) ?? routes.get(routeKey('ANY', event.resource));
  if (!scopes) throw new Error(`The stage variables do not name the route ${event.httpMethod} ${event.resource}.`);
  return { product, environment, scopes, ip: event.requestContext.identity.sourceIp };
}

const parsed = new Map<string, RouteScopes>();

/** Parsed once per deployment of an API; one container serves a bounded number of them. */
function parsedRoutes(encoded: string): RouteScopes {
  const known = parsed.get(encoded);
  if (known) return known;
  if (parsed.size >= 100) parsed.clear();
  const routes = decodeRouteScopes(encoded);
  parsed.set(encoded, routes);
  return routes;
}
