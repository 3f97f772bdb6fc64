import type { MiddlewareObj, Request } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { Problem, problems } from '../../shared/errors/problems.ts';
import { problemAnswer, requestIdOf } from './answer.ts';
import { callerOf } from './caller.ts';
import type { Caller } from './caller.ts';

/** What a handler behind `keyCaller()` gets as its context. */
export type CallerContext = Context & { readonly caller: Caller };

type KeyRequest = Request<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallerContext>;

/**
 * Middleware for middy: puts the caller on `context.caller`, answers a thrown `Problem` as its document and anything
 * else as a 500 without internals, and puts the request id on every answer.
 */
export function keyCaller(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallerContext> {
  return {
    before: (request: KeyRequest) => {
      Object.assign(request.context, { caller: callerOf(request.event) });
    },
    after: (request: KeyRequest) => {
      if (request.response) request.response = withRequestId(request.response, request.event);
    },
    onError: (request: KeyRequest) => {
      logFailure(request);
      request.response = withRequestId(problemAnswer(request.error, request.event), request.event);
    },
  };
}

function withRequestId(answer: APIGatewayProxyResult, event: APIGatewayProxyEvent): APIGatewayProxyResult {
  return { ...answer, headers: { ...answer.headers, 'X-Request-Id': requestIdOf(event) } };
}

/** One line for each failure of ours. A refusal is an answer, and no failure. */
function logFailure({ error, event }: KeyRequest): void {
  if (error instanceof Problem && problems[error.code].status < 500) return;
  const cause: unknown = error instanceof Problem ? error.cause : error;
  console.error({
    message: 'The request failed.',
    requestId: requestIdOf(event),
    route: `${event.httpMethod} ${event.resource}`,
    error: cause instanceof Error ? { name: cause.name, message: cause.message, stack: cause.stack } : String(cause),
  });
}
