import type { MiddlewareObj, Request } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, APIGatewayProxyResultV2, Context } from 'aws-lambda';
import { Problem, problems } from '../../shared/errors/problems.ts';
import { problemAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { callerOf } from './caller.ts';
import type { Caller } from './caller.ts';
import { authorizerContextOf, isPayloadV2, requestIdOf, routeOf } from './event.ts';
import type { GatewayEvent } from './event.ts';
import { limitHeaders, limitRefusal } from './rateLimit.ts';

/** What a handler behind `keyCaller()` gets as its context. */
export type CallerContext = Context & { readonly caller: Caller };

export interface KeyCallerOptions {
  /**
   * Epoch milliseconds.
   *
   * @default Date.now
   */
  readonly nowMs?: () => number;
}

type KeyRequest<Event, Result> = Request<Event, Result, Error, CallerContext>;

/**
 * Middleware for middy: puts the caller on `context.caller`, answers 429 to a request that a limit refuses, before the
 * handler runs, answers a thrown `Problem` as its document and anything else as a 500 without internals, unless a
 * middleware used after this one has answered it, and puts the request id and the `RateLimit` fields on every answer.
 *
 * Behind an HTTP API (payload format 2.0) name its types: `keyCaller<APIGatewayProxyEventV2, APIGatewayProxyResultV2>()`.
 */
export function keyCaller<Event extends GatewayEvent = APIGatewayProxyEvent, Result extends APIGatewayProxyResult | APIGatewayProxyResultV2 = APIGatewayProxyResult>({
  nowMs = Date.now,
}: KeyCallerOptions = {}): MiddlewareObj<Event, Result, Error, CallerContext> {
  return {
    before: ({ event, context }: KeyRequest<Event, Result>) => {
      const caller = callerOf(event);
      Object.assign(context, { caller });
      // API Gateway refuses it before, where it can. This holds where it cannot, and if it ever does not.
      const refusal = limitRefusal(authorizerContextOf(event), caller.rateLimit, nowMs());
      if (refusal) throw refusal;
    },
    after: (request: KeyRequest<Event, Result>) => {
      const { event, response } = request;
      // An empty text is an answer too, in the payload format that has texts for answers.
      if (response || (response === '' && isPayloadV2(event))) request.response = complete(request, response, nowMs());
    },
    onError: (request: KeyRequest<Event, Result>) => {
      request.response = complete(request, errorAnswer(request), nowMs());
    },
  };
}

/** What another middleware has answered to an error of its own; else a problem document. A refusal is always that. */
function errorAnswer<Event extends GatewayEvent, Result>(request: KeyRequest<Event, Result>): Result | Answer {
  const { error, event, response } = request;
  if (response && !(error instanceof Problem)) return response;
  logFailure(request);
  return problemAnswer(error, event);
}

/** The answer with what each carries. Fields that the handler has set itself stay as they are. */
function complete<Event extends GatewayEvent, Result>(
  { event, context }: KeyRequest<Event, Result>,
  answer: APIGatewayProxyResult | APIGatewayProxyResultV2,
  nowMs: number,
): Result {
  const { headers: own, ...rest } = isPayloadV2(event) ? spelledOut(answer) : (answer as APIGatewayProxyResult);
  const headers = own ?? {};
  // A request without a caller gets here too, as a 500.
  const { caller }: { readonly caller?: Caller } = context;
  const limits = limitHeaders(caller?.rateLimit ?? null, nowMs);
  const id = { 'X-Request-Id': requestIdOf(event) };
  // Cast: it is the handler's own answer, or one that every kind of API takes.
  return { ...rest, headers: { ...without(limits, headers), ...without(headers, id), ...id } } as Result;
}

type Headers = NonNullable<APIGatewayProxyResult['headers']>;

/** Those that the others have not, however they are spelled: one name in two spellings would be two fields of one answer. */
function without(headers: Headers, others: Headers): Headers {
  const taken = new Set(Object.keys(others).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !taken.has(name.toLowerCase())));
}

type StructuredAnswer = Exclude<APIGatewayProxyResultV2, string>;

/** In payload format 2.0 anything without a status is the body of a 200; with headers of ours it would not be any more. */
function spelledOut(answer: APIGatewayProxyResult | APIGatewayProxyResultV2): StructuredAnswer {
  if (typeof answer === 'object' && 'statusCode' in answer) return answer as StructuredAnswer;
  const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body };
}

/** One line for each failure of ours. A refusal is an answer, and no failure. */
function logFailure<Event extends GatewayEvent, Result>({ error, event }: KeyRequest<Event, Result>): void {
  if (error instanceof Problem && problems[error.code].status < 500) return;
  const cause: unknown = error instanceof Problem ? error.cause : error;
  console.error({
    message: 'The request failed.',
    requestId: requestIdOf(event),
    route: routeOf(event),
    error: cause instanceof Error ? { name: cause.name, message: cause.message, stack: cause.stack } : String(cause),
  });
}
