import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { assertMayActIn, toActor } from '../shared/access/principal.ts';
import type { Principal } from '../shared/access/principal.ts';
import type { Route } from '../shared/api/route.ts';
import { routes } from '../shared/api/routes.ts';
import type { RouteId } from '../shared/api/routes.ts';
import { notFound, Problem } from '../shared/errors/problems.ts';
import { nowMs } from './dependencies.ts';
import { parseRequest } from './http/parse.ts';
import { assertMayCall, nobody, readPrincipal } from './http/principal.ts';
import { assertSteppedUp } from './http/stepUp.ts';
import { answerProblems } from './http/problems.ts';
import { requestIdOf } from './http/request.ts';
import type { Answer, Handlers, RouteRequest } from './http/request.ts';

/** The one chain that every management request goes through: who, may they, what do they ask, do it, answer. */
export function serve<Name extends Route['function']>(handlers: Handlers<Name>) {
  const byOperation = new Map(
    (Object.keys(handlers) as (RouteId & keyof Handlers<Name>)[]).map((id) => {
      const route: Route = routes[id];
      // The handler's type belongs to its route; here, where all of them meet, only the table knows which.
      return [`${route.method} ${route.path}`, { route, handle: handlers[id] as unknown as AnyHandler }];
    }),
  );
  const dispatch = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const operation = byOperation.get(`${event.httpMethod} ${event.resource}`);
    if (!operation) throw new Problem('method_not_allowed', `${event.httpMethod} is not served here.`);
    const request = prepare(operation.route, event);
    if (isSensitive(operation.route, request)) await assertSteppedUp(request, event);
    return toResult(await operation.handle(request));
  };
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>().use(requestIdHeader).use(answerProblems()).handler(dispatch);
}

type AnyRequest = RouteRequest<Route>;
type AnyHandler = (request: AnyRequest) => Promise<Answer>;

function isSensitive({ isSensitive: answer }: Route, { body }: { body: unknown }): boolean {
  return typeof answer === 'function' ? answer(body) : answer === true;
}

function prepare(route: Route, event: APIGatewayProxyEvent): AnyRequest {
  const principal = route.permission === 'public' ? nobody : readPrincipal(event);
  assertMayCall(principal, route);
  const organizationId = event.pathParameters?.['organizationId'];
  if (organizationId !== undefined) assertInReach(principal, organizationId, route);
  return {
    ...parseRequest(route, event),
    principal,
    context: {
      actor: toActor(principal),
      ip: event.requestContext.identity.sourceIp || null,
      userAgent: event.requestContext.identity.userAgent?.slice(0, 256).toWellFormed() ?? null,
      requestId: requestIdOf(event),
    },
    nowMs: nowMs(),
  } as AnyRequest;
}

/** A person's own PIN is where their membership is; all else can be where the principal may act. */
function assertInReach(principal: Principal, organizationId: string, route: Route): void {
  if (route.isForMembers && principal.organizationId !== organizationId) throw notFound();
  assertMayActIn(principal, organizationId, route.method === 'GET' ? 'read' : 'write');
}

function toResult(answer: Answer): APIGatewayProxyResult {
  return {
    statusCode: answer.status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...answer.headers },
    body: bodyText(answer.body),
  };
}

/** A text is sent as it is, with a type of its own; anything else as JSON. */
function bodyText(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Middleware: `X-Request-Id` on every answer, problems included. */
const requestIdHeader = { after: addRequestId, onError: addRequestId };

function addRequestId(request: { event: APIGatewayProxyEvent; response: APIGatewayProxyResult | null }): void {
  if (request.response) {
    request.response.headers = { ...request.response.headers, 'X-Request-Id': requestIdOf(request.event) };
  }
}
