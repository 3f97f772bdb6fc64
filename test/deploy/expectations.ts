import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Answer } from './http.ts';

const problemShape = z.object({
  type: z.url(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type ProblemBody = z.infer<typeof problemShape>;

export function expectStatus(answer: Answer, status: number): void {
  assert.equal(answer.status, status, `Expected ${status}, got ${answer.status}: ${answer.text.slice(0, 1_000)}`);
}

/** A problem document with this status, in the status line and in the body alike. */
export function expectProblemStatus(answer: Answer, status: number): ProblemBody {
  expectStatus(answer, status);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const problem = problemShape.parse(answer.body);
  assert.equal(problem.status, status);
  return problem;
}

/** A problem document with this status and code. */
export function expectProblem(answer: Answer, status: number, code: string): ProblemBody {
  const problem = expectProblemStatus(answer, status);
  assert.equal(problem.code, code);
  return problem;
}

/** The body without what differs from one request to the next. */
export function withoutInstance(answer: Answer): unknown {
  assert.ok(typeof answer.body === 'object' && answer.body !== null, `Not a JSON object: ${answer.text}`);
  return { ...answer.body, instance: null };
}
