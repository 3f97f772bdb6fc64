import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Route } from '../../shared/api/route.ts';
import { pathParameters } from '../../shared/api/route.ts';
import { Problem } from '../../shared/errors/problems.ts';
import type { FieldError } from '../../shared/errors/problems.ts';
import { describeIssue } from './describeIssue.ts';
import { findPastedTokens } from './pastedToken.ts';

/** Longest body, in bytes. */
export const maxBodyBytes = 64 * 1024;

/** Checks every part of a request against its route; throws a 400, 413 or 415 Problem that names each fault. */
export function parseRequest(route: Route, event: APIGatewayProxyEvent) {
  const errors: FieldError[] = [];
  const check = (schema: z.ZodType | undefined, value: unknown): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(value, { error: describeIssue });
    if (!result.success) errors.push(...result.error.issues.flatMap(toFieldErrors));
    return result.data;
  };
  const bytes = readBytes(event);
  const body = route.body ? readJson(route, event, bytes) : undefined;
  const parsed = {
    params: readParams(route, event),
    query: check(route.query, readQuery(route, event, errors)),
    headers: check(route.headers, readHeaders(event)),
    body: check(route.body, body),
  };
  // Only what has passed its schema, which bounds it.
  if (errors.length === 0) errors.push(...findPastedTokens({ ...asObject(parsed.query), ...(route.takesToken ? {} : asObject(parsed.body)) }));
  if (errors.length > 0) throw invalidRequest(errors);
  return parsed;
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function invalidRequest(errors: readonly FieldError[]): Problem {
  const fields = [...new Set(errors.map(({ path }) => path || 'the body'))].join(', ');
  return new Problem('invalid_request', `The request is invalid: ${fields}.`, { extras: { errors } });
}

// Longer than any id or name, and shorter than what DynamoDB refuses to look up.
const maxParamLength = 200;

// No id and no name holds this character.
const neverIssued = '~';

/**
 * Names in the path. What could not be one, and what no store would look up, is looked up as an id that was never
 * issued: the same answer, at the same cost.
 */
function readParams(route: Route, event: APIGatewayProxyEvent): Record<string, string> {
  const params = pathParameters(route.path).map((name) => [name, event.pathParameters?.[name] ?? ''] as const);
  return Object.fromEntries(params.map(([name, value]) => [name, isPlausible(value) ? value : neverIssued]));
}

function isPlausible(value: string): boolean {
  return value.length <= maxParamLength && value.isWellFormed();
}

/** Query parameters; those that the route takes as a list stay one, any other given twice is a fault. */
function readQuery(route: Route, event: APIGatewayProxyEvent, errors: FieldError[]): Record<string, unknown> {
  // As entries, not by assignment: a parameter named __proto__ is an unknown one like any other.
  const entries = Object.entries(event.multiValueQueryStringParameters ?? {}).map(([name, values = []]) => {
    const schema = route.query?.shape[name];
    const isList = schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodArray;
    if (!isList && values.length > 1) errors.push({ path: name, message: 'must be given once' });
    return [name, isList ? values : values[0]] as const;
  });
  return Object.fromEntries(entries);
}

function readHeaders(event: APIGatewayProxyEvent): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The body, bounded also where the route takes none. */
function readBytes(event: APIGatewayProxyEvent): Buffer {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBodyBytes) {
    throw new Problem('body_too_large', `The body may hold ${maxBodyBytes} bytes, got ${bytes.length}.`);
  }
  return bytes;
}

function readJson(route: Route, event: APIGatewayProxyEvent, bytes: Buffer): unknown {
  if (bytes.length === 0 && route.bodyOptional) return {};
  if (bytes.length === 0) throw new Problem('invalid_json', 'The body is empty; a JSON object is needed.');
  assertJson(readHeaders(event)['content-type']);
  try {
    return JSON.parse(decode(bytes, event.isBase64Encoded), refuseProto);
  } catch (error) {
    if (error instanceof Problem) throw error;
    // The parser's message would quote the body, which may hold a token.
    throw new Problem('invalid_json', 'The body is not valid JSON in UTF-8.');
  }
}

/**
 * Throws on bytes that are not UTF-8. Of a body that API Gateway hands over as text, only the replacement characters
 * that it put in their place are left to see; one that is meant can be written as its escape.
 */
function decode(bytes: Buffer, isBase64Encoded: boolean): string {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (!isBase64Encoded && text.includes('\uFFFD')) throw new TypeError('The body holds what was not UTF-8.');
  return text;
}

/** Objects lose a member of this name on their way through the code: refused, rather than dropped in silence. */
function refuseProto(name: string, value: unknown): unknown {
  if (name === '__proto__') throw invalidRequest([{ path: name, message: 'This name is not allowed.' }]);
  return value;
}

/** A body without a type is taken for JSON; one that claims to be something else is not. */
function assertJson(contentType: string | undefined): void {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (!type || type === 'application/json' || /^application\/[a-z0-9.+-]+\+json$/.test(type)) return;
  throw new Problem('unsupported_media_type', 'The body must be application/json.');
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: path ? `${path}.${key}` : key, message: 'This field is unknown.' }));
  }
  if (issue.code === 'invalid_key' && issue.issues[0]) return [{ path, message: issue.issues[0].message }];
  return [{ path, message: issue.message }];
}

/** `['scopes', 1]` → `scopes[1]`. */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    '',
  );
}
