import { expect } from 'vitest';
import type { Json, TestResponse } from './respondsAsDeclared.ts';

/** Asserts that an answer is this problem; `paths` are those of its `errors`, in order. */
export function expectProblem(response: TestResponse, status: number, code: string, paths?: readonly string[]): Json {
  expect({ status: response.status, code: response.body?.code }, JSON.stringify(response.body)).toEqual({ status, code });
  expect(faultsOfProblem(response)).toEqual([]);
  if (paths) expect(response.body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
  return response.body;
}

/** What a problem document lacks of RFC 9457 and of what this product promises. */
export function faultsOfProblem({ status, headers, body }: TestResponse): string[] {
  const checks = {
    'content type': headers.get('content-type') === 'application/problem+json',
    'X-Request-Id': (headers.get('x-request-id') ?? '') !== '',
    type: body?.type === `https://gatewarden.dev/errors/${body?.code}`,
    title: isText(body?.title),
    detail: isText(body?.detail),
    status: body?.status === status,
    instance: body?.instance === `urn:gatewarden:request:${headers.get('x-request-id')}`,
    errors: body?.code !== 'invalid_request' || body.errors === undefined || body.errors.every(isFieldError),
    caching: headers.get('cache-control') === 'no-store',
  };
  return Object.entries(checks).flatMap(([name, isRight]) => (isRight ? [] : [`wrong ${name}`]));
}

function isFieldError(error: Json): boolean {
  return typeof error?.path === 'string' && isText(error.message);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0;
}
