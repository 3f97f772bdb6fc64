import type { Exchange } from './exchange.ts';
import { substitutionScope } from './exchange.ts';
import type { AuthorizerCache } from './authorizerCache.ts';
import { cacheKey } from './authorizerCache.ts';
import { authorizerContext, parseAuthorizerResult } from './authorizerResult.ts';
import type { AuthorizerResult } from './authorizerResult.ts';
import type { GatewayFailure } from './gatewayResponse.ts';
import { identityValues } from './identitySources.ts';
import { integrationTimeoutMs, withTimeLimit } from './timeLimit.ts';
import { evaluatePolicy } from './policy.ts';
import { authorizerEvent } from './proxyEvent.ts';
import { methodArn } from './requestContext.ts';
import type { Authorizer } from './restApi.ts';
import type { GatewayServices } from './services.ts';

/** How an authorizer decided; `context` is `$context.authorizer`, which a refusal's answer can show. */
export type AuthorizerOutcome =
  | { readonly isAllowed: true; readonly context: Readonly<Record<string, string | number>>; readonly usageIdentifierKey: string | undefined }
  | { readonly isAllowed: false; readonly failure: GatewayFailure; readonly context: Readonly<Record<string, string | number>> };

type Called = { ok: true; result: AuthorizerResult; latencyMs: number } | { ok: false; failure: GatewayFailure };

const unauthorized: GatewayFailure = { type: 'UNAUTHORIZED' };
const failed: GatewayFailure = { type: 'AUTHORIZER_FAILURE' };
const misconfigured: GatewayFailure = { type: 'AUTHORIZER_CONFIGURATION_ERROR' };
const explicitDeny: GatewayFailure = { type: 'ACCESS_DENIED', message: 'User is not authorized to access this resource with an explicit deny' };

/** Asks a method's authorizer, or its cache, and applies the policy that it answered to this very method. */
export async function authorize(authorizer: Authorizer, exchange: Exchange, cache: AuthorizerCache, services: GatewayServices): Promise<AuthorizerOutcome> {
  const values = identityValues(authorizer.identitySources, substitutionScope(exchange));
  const isMalformed = authorizer.validation && !authorizer.validation.test(values?.[0] ?? '');
  if (!values || isMalformed) return { isAllowed: false, failure: unauthorized, context: {} };
  const { accountId, region } = services;
  const arn = methodArn({ region, accountId, apiId: exchange.api.id, stage: exchange.stage.name, method: exchange.request.method, path: exchange.path });
  const key = cacheKey(exchange.stage.name, authorizer.id, values);
  const cached = authorizer.ttlSec > 0 ? cache.get(key) : undefined;
  const called: Called = cached ? { ok: true, result: cached, latencyMs: 0 } : await call(authorizer, eventFor(authorizer, exchange, arn, values), exchange, services);
  if (!called.ok) return { isAllowed: false, failure: called.failure, context: {} };
  if (!cached) cache.put(key, called.result, authorizer.ttlSec);
  const context = authorizerContext(called.result, called.latencyMs);
  const decision = evaluatePolicy(called.result.policyDocument, arn);
  if (decision === 'allow') return { isAllowed: true, context, usageIdentifierKey: called.result.usageIdentifierKey ?? undefined };
  return { isAllowed: false, failure: decision === 'explicitDeny' ? explicitDeny : { type: 'ACCESS_DENIED' }, context };
}

function eventFor(authorizer: Authorizer, exchange: Exchange, arn: string, values: readonly string[]): Record<string, unknown> {
  return authorizer.type === 'TOKEN' ? { type: 'TOKEN', methodArn: arn, authorizationToken: values[0] } : authorizerEvent(exchange, arn);
}

async function call(authorizer: Authorizer, event: Record<string, unknown>, exchange: Exchange, services: GatewayServices): Promise<Called> {
  const { functionArn, id } = authorizer;
  const { accountId, region } = services;
  const sourceArn = `arn:aws:execute-api:${region}:${accountId}:${exchange.api.id}/authorizers/${id}`;
  const isKnown = services.lambda.find(functionArn) !== undefined;
  if (!isKnown || !services.lambda.mayInvoke(functionArn, { principal: 'apigateway.amazonaws.com', sourceArn, accountId })) {
    services.log(`Execution failed due to configuration error: Invalid permissions on Lambda function ${functionArn} for ${sourceArn}`);
    return { ok: false, failure: misconfigured };
  }
  const startedMs = performance.now();
  const outcome = await withTimeLimit(services.lambda.invoke(functionArn, JSON.stringify(event)), integrationTimeoutMs);
  if (outcome === 'timeout' || !outcome.ok) {
    // Exactly this message is the authorizer's way to say 401; any other error is a failure.
    if (outcome !== 'timeout' && outcome.error.errorMessage === 'Unauthorized') return { ok: false, failure: unauthorized };
    services.log(`Execution failed due to an authorizer error: ${outcome === 'timeout' ? 'time-out' : `${outcome.error.errorType}: ${outcome.error.errorMessage}`}`);
    return { ok: false, failure: failed };
  }
  const parsed = parseAuthorizerResult(outcome.payload);
  if (parsed.ok) return { ok: true, result: parsed.result, latencyMs: Math.round(performance.now() - startedMs) };
  services.log(`Execution failed due to configuration error: Invalid JSON in response of ${functionArn}: ${parsed.reason}`);
  return { ok: false, failure: misconfigured };
}
