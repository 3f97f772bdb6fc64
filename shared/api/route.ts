import type { z } from 'zod';
import type { Permission } from '../access/permissions.ts';
import type { ProblemCode } from '../errors/problems.ts';

/** The function that serves a route, by its noun: `functions/api/<noun>`. */
export type FunctionName = 'keys' | 'meta';

/** What a route needs of the store; grants are the union over a function's routes. */
export interface Access {
  /** `get`: one record at a time; `list`: through the index too; `write`: all of it. */
  readonly keysTable?: 'get' | 'list' | 'write';
  readonly pepper?: true;
}

export interface RouteResponse {
  readonly description: string;
  /** Left out: any JSON object. */
  readonly schema?: z.ZodType;
}

/** One endpoint of the management API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the stage, in API Gateway's and OpenAPI's common notation. */
  readonly path: `/${string}`;
  readonly function: FunctionName;
  /** `any`: whoever is signed in. `public`: no authorizer before it. */
  readonly permission: Permission | 'any' | 'public';
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Whether the body may be left out. */
  readonly bodyOptional?: true;
  readonly responses: Readonly<Record<number, RouteResponse>>;
  /** Problems of its own, beside those that follow from its shape: see `problemsOf`. */
  readonly problems: readonly ProblemCode[];
  readonly access: Access;
}

/** Every problem that a route can answer with. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  return [
    ...(route.permission === 'public' ? [] : (['unauthorized'] as const)),
    ...(route.permission === 'public' || route.permission === 'any' ? [] : (['missing_permission'] as const)),
    ...(route.path.includes('{') ? (['not_found'] as const) : []),
    ...(route.body ? (['invalid_json', 'body_too_large', 'unsupported_media_type'] as const) : []),
    ...(route.body || route.query || route.headers ? (['invalid_request'] as const) : []),
    ...route.problems,
    'internal_error',
  ];
}

/** Names of a path's parameters: `/organizations/{organizationId}` → `['organizationId']`. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].flatMap(([, name]) => (name ? [name] : []));
}
