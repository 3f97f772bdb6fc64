import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { Problem, problemDocument, problems } from '../../shared/errors/problems.ts';

/** A JSON answer. */
export function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): APIGatewayProxyResult {
  return { statusCode, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** The problem document of a refusal (RFC 9457). Whatever is not a `Problem` is a 500 that tells nothing. */
export function problemAnswer(error: unknown, event: Pick<APIGatewayProxyEvent, 'requestContext'>): APIGatewayProxyResult {
  const problem = toProblem(error);
  return {
    statusCode: problems[problem.code].status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...problem.headers },
    body: JSON.stringify(problemDocument(problem, `urn:gatewarden:request:${requestIdOf(event)}`)),
  };
}

/** The id that API Gateway gave the request; the plain `requestId` can be chosen by the client. */
export function requestIdOf(event: Pick<APIGatewayProxyEvent, 'requestContext'>): string {
  return event.requestContext?.extendedRequestId ?? event.requestContext?.requestId ?? '';
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem('internal_error', 'The request could not be handled. Try again; if it stays, report the request id.', { cause: error });
}
