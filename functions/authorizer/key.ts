import type { APIGatewayAuthorizerResult, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import { encodeCallerContext } from '../../shared/access/authorizerContext.ts';
import { decodeRouteScopes, fromStageVariables, routeKey } from '../../shared/access/routeScopes.ts';
import type { RouteScopes } from '../../shared/access/routeScopes.ts';
import type { Demand } from '../../shared/keys/decide.ts';
import { config } from '../config.ts';
import { judge, restAnswer } from './answer.ts';
import type { Outcome } from './answer.ts';
import { limits } from './limits.ts';
import { verificationMetrics } from './metrics.ts';
import { isHttpApi, requestOf } from './request.ts';
import type { AuthorizerEvent, AuthorizerRequest } from './request.ts';
import { authorizerSources } from './sources.ts';

const sources = authorizerSources(config.consistency);
const admit = limits(sources.plans);
const count = verificationMetrics(sources.nowMs, (line) => void process.stdout.write(line));

type Simple = APIGatewaySimpleAuthorizerWithContextResult<Record<string, string>>;

/**
 * The authorizer in front of integrators' APIs, REST and HTTP. What is particular to an API stands in its stage
 * variables. A request that a limit refuses passes with a usage key that no plan has, which a REST API answers with
 * 429, or, without such a key in the stage, marked for the middleware to answer.
 */
export async function handler(event: AuthorizerEvent): Promise<APIGatewayAuthorizerResult | Simple> {
  const startedMs = performance.now();
  const request = requestOf(event);
  let outcome: Outcome | undefined;
  try {
    outcome = await decide(request);
  } finally {
    const admission = outcome && 'admission' in outcome ? outcome.admission : null;
    count({
      outcome: outcome?.kind ?? 'failed',
      durationMs: performance.now() - startedMs,
      leaseWrites: admission?.writes ?? 0,
      isDegraded: admission?.degraded ?? false,
    });
  }
  return isHttpApi(event) ? simpleAnswer(outcome) : { ...restAnswer(outcome, event.methodArn), ...usageKeyOf(outcome, request) };
}

function decide(request: AuthorizerRequest): Promise<Outcome> {
  return judge({
    authorizer: 'key',
    request,
    sources,
    demand: () => readDemand(request),
    admit,
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

/** The stage's API Gateway key, which is in an unthrottled usage plan; for who is over a limit, one that is in none. */
function usageKeyOf(outcome: Outcome, { stageVariables }: AuthorizerRequest): { usageIdentifierKey?: string } {
  const gatewayKey = stageVariables['gatewarden_gateway_key'];
  if (!gatewayKey) return {};
  return { usageIdentifierKey: outcome.kind === 'limited' ? `${gatewayKey}-refused` : gatewayKey };
}

/** What an HTTP API takes; it answers a refusal with 403 and a thrown `Unauthorized` with 401. */
function simpleAnswer(outcome: Outcome): Simple {
  if (outcome.kind === 'unauthorized') throw new Error('Unauthorized');
  return { isAuthorized: outcome.kind !== 'deny', context: outcome.context };
}

/** Throws when the stage does not say what it protects, or does not name the route: neither is open. */
function readDemand({ stageVariables, method, route, sourceIp }: AuthorizerRequest): Demand {
  const product = stageVariables['gatewarden_product'];
  const environment = stageVariables['gatewarden_environment'];
  if (!product || !environment) throw new Error('The stage variables name no product or no environment.');
  const routes = parsedRoutes(fromStageVariables(stageVariables));
  const scopes = routes.get(routeKey(method, route)) ?? routes.get(routeKey('ANY', route));
  if (!scopes) throw new Error(`The stage variables do not name the route ${method} ${route}.`);
  return { product, environment, scopes, ip: sourceIp };
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
