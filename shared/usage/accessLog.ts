import * as z from 'zod';
import { address, keyIdPattern, organizationIdPattern, plainText, refusalCode, requestTimeMs } from './fields.ts';
import type { LineReading } from './lineReading.ts';
import { statusClassOf } from './record.ts';

const kind = 'gatewarden-access';

/** What every kind of API logs. The names and their order are the line's format: the parser takes no other. */
const shared = {
  kind,
  // The request id that a caller cannot choose; on HTTP APIs both ids are the same.
  requestId: '$context.extendedRequestId',
  // In milliseconds on REST APIs; on HTTP APIs in whole seconds, though their events have milliseconds.
  at: '$context.requestTimeEpoch',
  apiId: '$context.apiId',
  stage: '$context.stage',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  sourceIp: '$context.identity.sourceIp',
  keyId: '$context.authorizer.keyId',
  organizationId: '$context.authorizer.organizationId',
  // Set on a refusal, and on the Allow of a request that a limit refuses.
  code: '$context.authorizer.code',
  responseType: '$context.error.responseType',
} as const;

/**
 * The access log line of a stage; its format is `JSON.stringify` of one of these. API Gateway substitutes raw text, so
 * nothing here is the caller's to write: no path, no header, no query, no user agent, no `$context.requestId`. Never
 * `$context.identity.apiKey`: it is a secret.
 *
 * Sources: "Variables for access logging for API Gateway" and "Customize HTTP API access logs" in the API Gateway
 * developer guide.
 */
export const accessLogFormat = {
  /** Of a protected REST API. */
  rest: shared,
  /** Of a protected HTTP API, where the route key holds the method: `GET /orders/{orderId}`, or `$default`. */
  http: { ...shared, route: '$context.routeKey' },
  /** Of the management API, whose authorizer names its principal otherwise. A member's line counts for no key. */
  management: { ...shared, keyId: '$context.authorizer.principalRef' },
} as const;

const names = Object.keys(shared).join();
const beginning = `{"kind":"${kind}",`;

const absent = z.enum(['-', '']);
const textOrAbsent = absent.or(plainText).transform(orNull);

// A route that takes any method may take one that the caller has made up, which is a token of RFC 9110, section 5.6.2.
// It must not keep the request from being counted.
const methodToken = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,1024}$/);
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const lineSchema = z.strictObject({
  kind: z.literal(kind),
  requestId: textOrAbsent,
  at: z
    .string()
    .regex(/^(?:\d{13}|\d{10})$/)
    .transform((at) => (at.length === 10 ? Number(at) * 1000 : Number(at)))
    .pipe(requestTimeMs),
  apiId: textOrAbsent,
  stage: textOrAbsent,
  method: absent.or(methodToken).transform(knownMethod),
  route: textOrAbsent,
  status: z.string().transform((status, context) => statusClassOf(status) ?? fault(context, 'is no status')),
  latencyMs: textOrAbsent,
  sourceIp: absent.or(address).transform(orNull),
  keyId: textOrAbsent,
  organizationId: textOrAbsent,
  code: absent.or(refusalCode).transform(orNull),
  responseType: textOrAbsent,
});

/** Whether a line is an access log line by its first characters, which no request can change. */
export function isAccessLine(line: string): boolean {
  return line.startsWith(beginning);
}

/**
 * Reads a line, whole or not at all. It must hold exactly the format's fields in the format's order, each once and with
 * a value that such a field can have: a value that breaks out of its quotes makes another text than that.
 */
export function readAccessLine(line: string, value: unknown): LineReading {
  if (!isExactly(line, value)) return { kind: 'unreadable' };
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return { kind: 'unreadable' };
  const { keyId, organizationId, code, responseType, at, status, sourceIp } = parsed.data;
  if (!keyId || !organizationId || !keyIdPattern.test(keyId) || !organizationIdPattern.test(organizationId)) return { kind: 'ignored' };
  // The authorizer has a line of its own for each request that it refuses, a limit's refusals included: that one counts.
  if (code !== null || isAuthorizersAnswer(responseType)) return { kind: 'ignored' };
  const route = routeOf(parsed.data);
  return { kind: 'record', record: { keyId, organizationId, atMs: at, status, code: null, isUse: true, sourceIp, route } };
}

function isExactly(line: string, value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === names && JSON.stringify(value) === line;
}

// API Gateway's own keys come from the authorizer alone: one that is invalid is how it has a limit refused.
const authorizersAnswers = ['UNAUTHORIZED', 'ACCESS_DENIED', 'INVALID_API_KEY', 'AUTHORIZER_FAILURE', 'AUTHORIZER_CONFIGURATION_ERROR'];

function isAuthorizersAnswer(responseType: string | null): boolean {
  return responseType !== null && authorizersAnswers.includes(responseType);
}

function routeOf({ method, route }: { method: string | null; route: string | null }): string | null {
  if (route === null || !route.startsWith('/')) return route;
  return `${method ?? 'ANY'} ${route}`;
}

/** Null for one that no API declares: a caller could fill a key's hour with them. */
function knownMethod(method: string): string | null {
  return methods.includes(method) ? method : null;
}

/** API Gateway writes a dash for what is not there. */
function orNull(value: string): string | null {
  return value === '-' || value === '' ? null : value;
}

function fault(context: z.RefinementCtx<unknown>, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
