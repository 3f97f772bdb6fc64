import type { z } from 'zod';
import type { Permission } from '../access/permissions.ts';
import type { ProblemCode } from '../errors/problems.ts';

/** The function that serves a route, by its noun: `functions/api/<noun>`. */
export type FunctionName = 'keys' | 'meta' | 'organizations' | 'members' | 'events' | 'usage';

/**
 * Kinds of records in the table `keys`, and how their partition keys begin: what a role's rights are cut along
 * (`dynamodb:LeadingKeys`).
 */
export const recordKinds = {
  organizations: ['ORG#*'],
  places: ['PLACES#*'],
  keys: ['KEY#*'],
  events: ['EVENTS#*'],
  idempotency: ['IDEMPOTENCY#*'],
  bootstrap: ['BOOTSTRAP'],
  roles: ['ROLES#*'],
  members: ['MEMBER#*', 'EMAIL#*', 'SUBJECT#*'],
  pins: ['PIN#*'],
  stepUps: ['STEPUP#*'],
  notices: ['NOTICE#*'],
  outbox: ['OUTBOX#*'],
  sweep: ['SWEEP'],
  suppressions: ['SUPPRESSED#*'],
  noticeDays: ['NOTICEDAYS'],
} as const satisfies Record<string, readonly string[]>;

export type RecordKind = keyof typeof recordKinds;

/** Kinds of records in the table `usage`, likewise. */
export const usageKinds = {
  hours: ['USAGE#*'],
  lastUses: ['LAST#*'],
  counted: ['SEEN#*'],
  limits: ['LIMIT#*', 'QUOTA#*'],
} as const satisfies Record<string, readonly string[]>;

export type UsageKind = keyof typeof usageKinds;

/** What a route needs of the store; grants are the union over a function's routes. */
export interface Access {
  readonly reads?: readonly RecordKind[];
  /** Conditions in a transaction, on records that it leaves as they are. */
  readonly checks?: readonly RecordKind[];
  /** Puts and updates. */
  readonly writes?: readonly RecordKind[];
  readonly deletes?: readonly RecordKind[];
  readonly pepper?: true;
  /** Of the table `usage`. */
  readonly readsUsage?: readonly UsageKind[];
  /** Counts against the limits of keys and plans, in the table `usage`. */
  readonly takesLimits?: true;
}

export interface RouteResponse {
  readonly description: string;
  /** Left out: any JSON object. */
  readonly schema?: z.ZodType;
  /** Media types beside JSON that the caller can ask for. */
  readonly otherTypes?: readonly string[];
  /** Headers of its own. */
  readonly headers?: readonly AnswerHeader[];
}

export type AnswerHeader = 'ETag' | 'Location' | 'Idempotent-Replayed';

/** One endpoint of the management API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the stage, in API Gateway's and OpenAPI's common notation. */
  readonly path: `/${string}`;
  readonly function: FunctionName;
  /** `any`: whoever is signed in. `public`: no authorizer before it. */
  readonly permission: Permission | 'any' | 'public';
  /** Another permission that will do, where a route serves an organization and the operator alike. */
  readonly orPermission?: Permission;
  /** Asks a member for a step-up where the organization's policy says so: always, or for some bodies. */
  readonly isSensitive?: true | ((body: unknown) => boolean);
  /** Refuses management keys: the route is about the person who calls. */
  readonly isForMembers?: true;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Whether a token belongs into its body; anywhere else one is refused. */
  readonly takesToken?: true;
  /** Whether the body may be left out. */
  readonly bodyOptional?: true;
  readonly responses: Readonly<Record<number, RouteResponse>>;
  /** Problems of its own, beside those that follow from its shape: see `problemsOf`. */
  readonly problems: readonly ProblemCode[];
  readonly access: Access;
}

/**
 * What the management authorizer refuses with a 403 before a route is asked: a key that may not pass, or somebody whom
 * nobody has invited.
 */
export const authorizerProblems = [
  'not_a_member',
  'wrong_product',
  'ip_not_allowed',
  'organization_suspended',
  'organization_not_approved',
  'plan_lacks_m2m',
  'product_not_enabled',
] as const satisfies readonly ProblemCode[];

/** Every problem that a route itself can answer with. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  return [
    ...(route.permission === 'public' ? [] : (['unauthorized'] as const)),
    ...(route.permission === 'public' || route.permission === 'any' ? [] : (['missing_permission'] as const)),
    ...(route.isSensitive ? (['step_up_required'] as const) : []),
    ...(route.isForMembers ? (['members_only'] as const) : []),
    ...(route.method === 'GET' || route.permission === 'public' ? [] : (['organization_suspended'] as const)),
    ...(route.path.includes('{') ? (['not_found'] as const) : []),
    // Clients and networks send no body with GET.
    ...(route.method === 'GET' ? [] : (['body_too_large'] as const)),
    ...(route.body ? (['invalid_json', 'unsupported_media_type'] as const) : []),
    ...(route.body || route.query || route.headers ? (['invalid_request'] as const) : []),
    ...route.problems,
    'internal_error',
  ];
}

/** Names of a path's parameters: `/organizations/{organizationId}` → `['organizationId']`. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].flatMap(([, name]) => (name ? [name] : []));
}
