import { logAccess } from '../apigateway/accessLog.ts';
import type { RequestDefect } from '../apigateway/apiServer.ts';
import type { HttpAnswer } from '../apigateway/gatewayResponse.ts';
import { hasDecodableEscapes } from '../apigateway/request.ts';
import type { ApiRequest } from '../apigateway/request.ts';
import { withTimeLimit } from '../apigateway/timeLimit.ts';
import { authorizeHttp } from './authorize.ts';
import { httpProxyEvent } from './events.ts';
import { beginHttpExchange, httpContext } from './exchange.ts';
import type { HttpExchange } from './exchange.ts';
import { httpFailureAnswer, httpFailureContext } from './failure.ts';
import type { HttpFailure } from './failure.ts';
import type { HttpApi, HttpIntegration } from './httpApi.ts';
import { httpResponse } from './response.ts';
import type { CompiledRoute } from './routes.ts';
import type { HttpApiServices } from './services.ts';

export interface HttpExecuteOptions {
  readonly api: HttpApi;
  readonly routes: readonly CompiledRoute[];
  readonly services: HttpApiServices;
}

type Authorized = Readonly<Record<string, unknown>> | undefined;

interface Ended {
  readonly answer: HttpAnswer;
  readonly authorizer?: Authorized;
  readonly failure?: HttpFailure;
}

/** Answers one request as an HTTP API does: route, authorizer, integration; what fails, by an answer that nobody can change. */
export async function executeHttp(options: HttpExecuteOptions, request: ApiRequest, defect?: RequestDefect): Promise<HttpAnswer> {
  const startedMs = performance.now();
  if (defect === 'tooLarge') return httpFailureAnswer('REQUEST_TOO_LARGE');
  if (defect === 'malformed' || !hasDecodableEscapes(request.rawPath)) return httpFailureAnswer('BAD_REQUEST');
  const exchange = beginHttpExchange(options, request);
  if (!exchange) return httpFailureAnswer('NOT_FOUND');
  const ended = await answerTo(options, exchange);
  const responseLatency = Math.round(performance.now() - startedMs);
  logAccess(exchange.stage.accessLog, { ...accessContext(exchange, ended), responseLatency }, options.services.writeAccessLog);
  return { ...ended.answer, headers: [...ended.answer.headers, ['apigw-requestid', exchange.requestId]] };
}

async function answerTo({ api, services }: HttpExecuteOptions, exchange: HttpExchange): Promise<Ended> {
  if (!exchange.match) return fail('NOT_FOUND');
  const { route } = exchange.match;
  const authorizer = route.authorizerId === undefined ? undefined : api.authorizers.get(route.authorizerId);
  if (route.authorizerId !== undefined && !authorizer) return fail('AUTHORIZER_CONFIGURATION_ERROR');
  const decision = authorizer && (await authorizeHttp(authorizer, exchange, services));
  if (decision && !decision.isAllowed) return fail(decision.failure, decision.context);
  const integration = api.integrations.get(route.integrationId);
  const answer = integration ? await integrate(integration, exchange, decision?.context, services) : 'INTEGRATION_FAILURE';
  return typeof answer === 'string' ? fail(answer, decision?.context) : { answer, authorizer: decision?.context };
}

async function integrate({ functionArn, timeoutMs }: HttpIntegration, exchange: HttpExchange, authorizer: Authorized, { lambda, log, accountId, region }: HttpApiServices): Promise<HttpAnswer | HttpFailure> {
  const { api, stage, request, match } = exchange;
  const routeKey = match?.route.routeKey ?? '$default';
  const called = routeKey === '$default' ? routeKey : `${request.method}${routeKey.slice(routeKey.indexOf('/'))}`;
  const sourceArn = `arn:aws:execute-api:${region}:${accountId}:${api.id}/${stage.name}/${called}`;
  if (lambda.find(functionArn) === undefined || !lambda.mayInvoke(functionArn, { principal: 'apigateway.amazonaws.com', sourceArn, accountId })) {
    log(`The integration ${functionArn} may not be called by ${sourceArn}.`);
    return 'INTEGRATION_FAILURE';
  }
  const outcome = await withTimeLimit(lambda.invoke(functionArn, JSON.stringify(httpProxyEvent(exchange, authorizer))), timeoutMs);
  if (outcome === 'timeout') return 'INTEGRATION_TIMEOUT';
  const answer = outcome.ok ? httpResponse(outcome.payload) : undefined;
  if (answer) return answer;
  log(`The integration ${functionArn} failed: ${outcome.ok ? 'its answer is none' : `${outcome.error.errorType}: ${outcome.error.errorMessage}`}`);
  return 'INTEGRATION_FAILURE';
}

function fail(failure: HttpFailure, authorizer?: Authorized): Ended {
  return { answer: httpFailureAnswer(failure), authorizer, failure };
}

/** `$context` as an access log's format sees it at the end. */
function accessContext(exchange: HttpExchange, { answer, authorizer = {}, failure }: Ended): Record<string, unknown> {
  return {
    ...httpContext(exchange),
    authorizer,
    ...(failure && { error: httpFailureContext(failure) }),
    status: answer.status,
    responseLength: Buffer.byteLength(answer.body),
  };
}
