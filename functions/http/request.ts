import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { z } from 'zod';
import type { Principal } from '../../shared/access/principal.ts';
import type { Route } from '../../shared/api/route.ts';
import type { RouteId, routes } from '../../shared/api/routes.ts';
import type { ChangeContext } from '../../shared/events/event.ts';

type Parsed<R, Field extends string> = R extends { readonly [K in Field]: infer S extends z.ZodType } ? z.output<S> : undefined;

/** A request whose every part was checked against its route. */
export interface RouteRequest<R> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Parsed<R, 'query'>;
  readonly headers: Parsed<R, 'headers'>;
  readonly body: R extends { readonly bodyOptional: true } ? Partial<Parsed<R, 'body'>> : Parsed<R, 'body'>;
  readonly principal: Principal;
  /** Who, from where: what an event says of the request. */
  readonly context: ChangeContext;
  readonly nowMs: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type RouteHandler<Id extends RouteId> = (request: RouteRequest<(typeof routes)[Id]>) => Promise<Answer>;

/** A handler for each route of a function. */
export type Handlers<Name extends Route['function']> = {
  readonly [Id in RouteId as (typeof routes)[Id]['function'] extends Name ? Id : never]: RouteHandler<Id>;
};

/** The request id of answers, events and logs: API Gateway's own, since a client can choose the other one. */
export function requestIdOf(event: APIGatewayProxyEvent): string {
  return event.requestContext.extendedRequestId ?? event.requestContext.requestId;
}
