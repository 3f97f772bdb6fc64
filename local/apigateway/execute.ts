import { authorize } from './authorize.ts';
import type { AuthorizerCache } from './authorizerCache.ts';
import { beginExchange, substitutionScope, traceHeader } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { gatewayResponse, headerSafe } from './gatewayResponse.ts';
import type { GatewayFailure, HttpAnswer } from './gatewayResponse.ts';
import { integrate } from './integrate.ts';
import { hasValidEscapes, headerValue } from './request.ts';
import type { ApiRequest } from './request.ts';
import type { RestApi } from './restApi.ts';
import type { Route } from './routes.ts';
import type { GatewayServices } from './services.ts';

export interface ExecuteOptions {
  readonly api: RestApi;
  readonly routes: readonly Route[];
  readonly cache: AuthorizerCache;
  readonly services: GatewayServices;
}

/** What is wrong with a request before anything of the API is asked: its size, or a query that cannot be decoded. */
export type RequestDefect = 'tooLarge' | 'malformed' | undefined;

type Authorized = Readonly<Record<string, unknown>> | undefined;

/** Answers one request as a REST API does: size, route, authorizer, integration; what fails, by a gateway response. */
export async function execute(options: ExecuteOptions, request: ApiRequest, defect?: RequestDefect): Promise<HttpAnswer> {
  const exchange = beginExchange(options.api, options.routes, request, options.services);
  if (!exchange) return { status: 403, headers: [['Content-Type', 'application/json']], body: '{"message":"Forbidden"}' };
  const { answer, isOwn } = await answerTo(options, exchange, defect);
  const { requestId, extendedRequestId } = exchange.context;
  return {
    ...answer,
    headers: [...answer.headers, ['x-amzn-RequestId', headerSafe(requestId)], ['x-amz-apigw-id', extendedRequestId], ...(isOwn ? [] : [[traceHeader, headerSafe(exchange.traceId)] as const])],
  };
}

async function answerTo(options: ExecuteOptions, exchange: Exchange, defect: RequestDefect): Promise<{ answer: HttpAnswer; isOwn: boolean }> {
  const { api, cache, services } = options;
  const fail = (failure: GatewayFailure, authorizer: Authorized = undefined): { answer: HttpAnswer; isOwn: true } => ({
    answer: gatewayResponse(api, failure, substitutionScope(exchange, authorizer), headerValue(exchange.request.headers, 'Accept')),
    isOwn: true,
  });
  if (defect === 'tooLarge') return fail({ type: 'REQUEST_TOO_LARGE' });
  if (defect === 'malformed' || !hasValidEscapes(exchange.request.rawPath)) return fail({ type: 'BAD_REQUEST_PARAMETERS' });
  const method = exchange.match?.method;
  if (!method) return fail(unknownRoute(exchange.request));
  const authorizer = method.authorizerId === undefined ? undefined : api.authorizers.get(method.authorizerId);
  if (method.authorizerId !== undefined && !authorizer) return fail({ type: 'AUTHORIZER_CONFIGURATION_ERROR' });
  const decision = authorizer && (await authorize(authorizer, exchange, cache, services));
  if (decision && !decision.isAllowed) return fail(decision.failure, decision.context);
  const integrated = await integrate(method.integration, exchange, decision?.context, services);
  return integrated.ok ? { answer: integrated.answer, isOwn: false } : fail(integrated.failure, decision?.context);
}

/**
 * A path or method that the API does not have. API Gateway reads an `Authorization` header there as a signature of
 * AWS, and quotes what it cannot read.
 */
function unknownRoute(request: ApiRequest): GatewayFailure {
  const type = 'MISSING_AUTHENTICATION_TOKEN';
  const value = headerValue(request.headers, 'Authorization');
  if (value === undefined || value.startsWith('AWS4-HMAC-SHA256 ')) return { type };
  return { type, message: `'${value.split(' ').at(-1)}' not a valid key=value pair (missing equal-sign) in Authorization header: '${value}'.` };
}
