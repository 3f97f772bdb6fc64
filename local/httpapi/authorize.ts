import * as z from 'zod';
import { identityValues } from '../apigateway/identitySources.ts';
import { integrationTimeoutMs, withTimeLimit } from '../apigateway/timeLimit.ts';
import { httpAuthorizerEvent } from './events.ts';
import { httpScope } from './exchange.ts';
import type { HttpExchange } from './exchange.ts';
import type { HttpFailure } from './failure.ts';
import type { HttpAuthorizer } from './httpApi.ts';
import type { HttpApiServices } from './services.ts';

/** How an authorizer decided; `context` is what it gave, as it gave it. */
export type HttpDecision =
  | { readonly isAllowed: true; readonly context: Readonly<Record<string, unknown>> }
  | { readonly isAllowed: false; readonly failure: HttpFailure; readonly context: Readonly<Record<string, unknown>> };

const simpleResponse = z.object({ isAuthorized: z.boolean(), context: z.record(z.string(), z.unknown()).nullish() });

/** Asks a route's authorizer, whose answer is a simple response. */
export async function authorizeHttp(authorizer: HttpAuthorizer, exchange: HttpExchange, services: HttpApiServices): Promise<HttpDecision> {
  const sources = authorizer.identitySources.map((source) => source.replace(/^\$request\./u, 'method.request.').replace(/^\$/u, ''));
  const values = identityValues(sources, httpScope(exchange));
  if (!values) return refuse('UNAUTHORIZED');
  const { accountId, region, lambda, log } = services;
  const { functionArn, id } = authorizer;
  const sourceArn = `arn:aws:execute-api:${region}:${accountId}:${exchange.api.id}/authorizers/${id}`;
  if (lambda.find(functionArn) === undefined || !lambda.mayInvoke(functionArn, { principal: 'apigateway.amazonaws.com', sourceArn, accountId })) {
    log(`The authorizer ${functionArn} may not be called by ${sourceArn}.`);
    return refuse('AUTHORIZER_CONFIGURATION_ERROR');
  }
  const outcome = await withTimeLimit(lambda.invoke(functionArn, JSON.stringify(httpAuthorizerEvent(exchange, values))), integrationTimeoutMs);
  if (outcome === 'timeout' || !outcome.ok) {
    // Exactly this message is the authorizer's way to say 401; any other error is a failure.
    if (outcome !== 'timeout' && outcome.error.errorMessage === 'Unauthorized') return refuse('UNAUTHORIZED');
    log(`The authorizer ${functionArn} failed: ${outcome === 'timeout' ? 'time-out' : `${outcome.error.errorType}: ${outcome.error.errorMessage}`}`);
    return refuse('AUTHORIZER_FAILURE');
  }
  const parsed = simpleResponse.safeParse(JSON.parse(outcome.payload));
  if (!parsed.success) {
    log(`The authorizer ${functionArn} answered no simple response: ${z.prettifyError(parsed.error)}`);
    return refuse('AUTHORIZER_CONFIGURATION_ERROR');
  }
  const context = parsed.data.context ?? {};
  return parsed.data.isAuthorized ? { isAllowed: true, context } : refuse('ACCESS_DENIED', context);
}

function refuse(failure: HttpFailure, context: Readonly<Record<string, unknown>> = {}): HttpDecision {
  return { isAllowed: false, failure, context };
}
