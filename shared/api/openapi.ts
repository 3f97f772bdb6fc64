import * as z from 'zod';
import { createDocument } from 'zod-openapi';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { problems, problemType } from '../errors/problems.ts';
import type { ProblemCode } from '../errors/problems.ts';
import { authorizerProblems, pathParameters, problemsOf } from './route.ts';
import type { AnswerHeader, Route } from './route.ts';
import { routes } from './routes.ts';

// Open: codes and members are added without a new version of the API.
const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    missing: z.array(z.string()).optional().meta({ description: 'Permissions or scopes that the caller lacks.' }),
    maxKeys: z.int().optional(),
    maxKeyLifetimeDays: z.int().nullable().optional(),
    replacedBy: z.string().optional().meta({ description: 'Id of the successor.' }),
    version: z.int().optional().meta({ description: 'The present version.' }),
    remainingTries: z.int().optional(),
    retryAfterSec: z.int().optional(),
  })
  .meta({ id: 'Problem', description: 'A problem document of RFC 9457.' });

const requestId = { 'X-Request-Id': z.string().meta({ description: 'Names this request in the logs.' }) };

const answerHeaders = {
  ETag: z.string().meta({ description: 'The version, in quotes, for `If-Match`.' }),
  Location: z.string().meta({ description: 'The path of what was made.' }),
  'Idempotent-Replayed': z.literal('true').optional().meta({ description: 'There in the answer to a retry, which has no token.' }),
} as const satisfies Record<AnswerHeader, z.ZodType>;

const challenge = { 'WWW-Authenticate': z.string() };

const retryAfter = { 'Retry-After': z.string().optional().meta({ description: 'Seconds to wait.' }) };
const temporaryProblems: readonly ProblemCode[] = ['pin_locked', 'request_in_progress'];

const stepUp = { 'x-step-up': z.string().optional().meta({ description: 'The `stepUpToken` of a member, where the policy asks for the PIN.' }) };

const nextCursor = { 'X-Next-Cursor': z.string().optional().meta({ description: 'Where an export goes on that one answer does not hold.' }) };

/** The OpenAPI 3.1 document of the management API, from the route table. */
export function openApiDocument(): Record<string, unknown> {
  const paths: ZodOpenApiPathsObject = {};
  for (const [id, route] of Object.entries<Route>(routes)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(id, route) };
  }
  return {
    ...createDocument({
      openapi: '3.1.0',
      info: {
        title: 'Gatewarden management API',
        version: '1.0.0',
        description: 'Issue, change, rotate, revoke and verify API keys.',
      },
      servers: [{ url: '/v1' }],
      security: [{ apiKey: [] }, { bearer: [] }],
      paths,
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
          bearer: { type: 'http', scheme: 'bearer', description: 'A management token, or the access token of a member who has signed in.' },
        },
      },
    }),
  };
}

function operation(operationId: string, route: Route): ZodOpenApiOperationObject {
  const names = pathParameters(route.path);
  return {
    operationId,
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    ...(route.permission === 'public' ? { security: [] } : {}),
    ...(route.permission === 'public' || route.permission === 'any' ? {} : { 'x-permission': route.permission }),
    requestParams: {
      ...(names.length > 0 ? { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) } : {}),
      ...(route.query ? { query: route.query } : {}),
      ...(route.headers || route.isSensitive ? { header: headersOf(route) } : {}),
    },
    ...(route.body
      ? { requestBody: { required: !route.bodyOptional, content: { 'application/json': { schema: route.body } } } }
      : {}),
    responses: { ...successes(route), ...failures(route) },
  };
}

function headersOf({ headers, isSensitive }: Route): z.ZodObject {
  return z.object({ ...headers?.shape, ...(isSensitive ? stepUp : {}) });
}

function successes(route: Route) {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, { description, schema, otherTypes = [], headers = [] }]) => [
      status,
      {
        description,
        headers: z.object({
          ...requestId,
          ...(otherTypes.length > 0 ? nextCursor : {}),
          ...Object.fromEntries(headers.map((name) => [name, answerHeaders[name]])),
        }),
        ...(status === '204' ? {} : { content: contentOf(schema, otherTypes) }),
      },
    ]),
  );
}

function contentOf(schema: z.ZodType | undefined, otherTypes: readonly string[]) {
  const texts = otherTypes.map((type) => [type, { schema: z.string() }] as const);
  return { 'application/json': { schema: schema ?? z.record(z.string(), z.unknown()) }, ...Object.fromEntries(texts) };
}

/** One response a status; its description lists the codes. */
function failures(route: Route) {
  const ofAuthorizer = route.permission === 'public' ? [] : authorizerProblems;
  const byStatus = Map.groupBy(new Set([...problemsOf(route), ...ofAuthorizer]), (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map(describe).join('; '),
        headers: z.object({
          ...requestId,
          ...(status === 401 ? challenge : {}),
          ...(codes.some((code) => temporaryProblems.includes(code)) ? retryAfter : {}),
        }),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

function describe(code: ProblemCode): string {
  return `[${code}](${problemType(code)}): ${problems[code].title}`;
}
