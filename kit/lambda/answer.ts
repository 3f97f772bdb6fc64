import { Problem, problemDocument, problems } from '../../shared/errors/problems.ts';
import { requestIdOf } from './event.ts';
import type { Requested } from './event.ts';

/** An answer that every kind of API takes. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** A JSON answer. */
export function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { statusCode, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** The problem document of a refusal (RFC 9457). Whatever is not a `Problem` is a 500 that tells nothing. */
export function problemAnswer(error: unknown, event: Requested): Answer {
  const problem = toProblem(error);
  return {
    statusCode: problems[problem.code].status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...problem.headers },
    body: JSON.stringify(problemDocument(problem, `urn:gatewarden:request:${requestIdOf(event)}`)),
  };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem('internal_error', 'The request could not be handled. Try again; if it stays, report the request id.', { cause: error });
}
