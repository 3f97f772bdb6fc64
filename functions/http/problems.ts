import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { Problem, problemDocument, problems } from '../../shared/errors/problems.ts';
import { describeError, log } from '../log.ts';
import { requestIdOf } from './request.ts';

/** Middleware: any error becomes a problem document; what is not a Problem says nothing of itself but in the log. */
export function answerProblems() {
  return {
    onError: (request: { event: APIGatewayProxyEvent; error: Error | null; response: unknown }): void => {
      const { event, error } = request;
      const problem =
        error instanceof Problem ? error : new Problem('internal_error', 'Something went wrong; the request id finds it in the log.', { cause: error });
      if (problems[problem.code].status >= 500 || problem.cause !== undefined) {
        log('ERROR', 'request failed', { code: problem.code, requestId: requestIdOf(event), error: describeError(problem) });
      }
      request.response = toResponse(problem, event);
    },
  };
}

function toResponse(problem: Problem, event: APIGatewayProxyEvent): APIGatewayProxyResult {
  return {
    statusCode: problems[problem.code].status,
    headers: { ...problem.headers, 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
    body: JSON.stringify(problemDocument(problem, `urn:gatewarden:request:${requestIdOf(event)}`)),
  };
}
