import { logAccess } from './accessLog.ts';
import { apiKeyOf, withApiKey } from './apiKeyCheck.ts';
import type { RequestDefect } from './apiServer.ts';
import { authorize } from './authorize.ts';
import type { AuthorizerCache } from './authorizerCache.ts';
import { beginExchange, substitutionScope, traceHeader } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { failureContext, gatewayResponse, headerSafe } from './gatewayResponse.ts';
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

type Authorized = Readonly<Record<string, unknown>> | undefined;

/** How a request ended: by its integration, or by an answer of the gateway's own. */
interface Ended {
  readonly answer: HttpAnswer;
  /** With what was found out on the way. */
  readonly exchange: Exchange;
  readonly authorizer: Authorized;
  readonly failure?: GatewayFailure;
}

/** Answers one request as a REST API does: size, route, authorizer, API key, integration; what fails, by a gateway response. */
export async function execute(options: ExecuteOptions, request: ApiRequest, defect?: RequestDefect): Promise<HttpAnswer> {
  const startedMs = performance.now();
  const exchange = beginExchange(options.api, options.routes, request, options.services);
  if (!exchange) return { status: 403, headers: [['Content-Type', 'application/json']], body: '{"message":"Forbidden"}' };
  const ended = await answerTo(options, exchange, defect);
  const { answer, failure } = ended;
  logAccess(exchange.stage.accessLog, { ...accessContext(ended), responseLatency: Math.round(performance.now() - startedMs) }, options.services.writeAccessLog);
  const { requestId, extendedRequestId } = exchange.context;
  return {
    ...answer,
    headers: [...answer.headers, ['x-amzn-RequestId', headerSafe(requestId)], ['x-amz-apigw-id', extendedRequestId], ...(failure ? [] : [[traceHeader, headerSafe(exchange.traceId)] as const])],
  };
}

async function answerTo(options: ExecuteOptions, exchange: Exchange, defect: RequestDefect): Promise<Ended> {
  const { api, cache, services } = options;
  const fail = (failure: GatewayFailure, authorizer?: Authorized, at = exchange): Ended => ({
    answer: gatewayResponse(api, failure, substitutionScope(at, authorizer), headerValue(at.request.headers, 'Accept')),
    exchange: at,
    authorizer,
    failure,
  });
  if (defect === 'tooLarge') return fail({ type: 'REQUEST_TOO_LARGE' });
  if (defect === 'malformed' || !hasValidEscapes(exchange.request.rawPath)) return fail({ type: 'BAD_REQUEST_PARAMETERS' });
  const method = exchange.match?.method;
  if (!method) return fail(unknownRoute(exchange.request));
  const authorizer = method.authorizerId === undefined ? undefined : api.authorizers.get(method.authorizerId);
  if (method.authorizerId !== undefined && !authorizer) return fail({ type: 'AUTHORIZER_CONFIGURATION_ERROR' });
  const decision = authorizer && (await authorize(authorizer, exchange, cache, services));
  if (decision && !decision.isAllowed) return fail(decision.failure, decision.context);
  const apiKey = method.apiKeyRequired ? apiKeyOf(exchange, decision?.usageIdentifierKey, services) : undefined;
  // That this answer can name the authorizer's context, in its body and its headers, is not confirmed for AWS.
  if (method.apiKeyRequired && !apiKey) return fail({ type: 'INVALID_API_KEY' }, decision?.context);
  const admitted = apiKey ? withApiKey(exchange, apiKey) : exchange;
  const integrated = await integrate(method.integration, admitted, decision?.context, services);
  return integrated.ok ? { answer: integrated.answer, exchange: admitted, authorizer: decision?.context } : fail(integrated.failure, decision?.context, admitted);
}

/** `$context` as an access log's format sees it at the end. */
function accessContext({ answer, exchange, authorizer = {}, failure }: Ended): Record<string, unknown> {
  return {
    ...exchange.context,
    // The log's own name for what the authorizer's context calls otherwise.
    authorizer: { latency: authorizer['integrationLatency'], ...authorizer },
    ...(failure && { error: failureContext(failure) }),
    status: answer.status,
    responseLength: Buffer.byteLength(answer.body),
  };
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
