import type { HttpAnswer } from '../apigateway/gatewayResponse.ts';

/**
 * Answers of an HTTP API's own, which nothing can customise. The names stand in `$context.error.responseType`; that
 * AWS writes the same ones there is not confirmed.
 */
const failures = {
  ACCESS_DENIED: [403, 'Forbidden'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, 'Internal Server Error'],
  AUTHORIZER_FAILURE: [500, 'Internal Server Error'],
  BAD_REQUEST: [400, 'Bad Request'],
  INTEGRATION_FAILURE: [500, 'Internal Server Error'],
  INTEGRATION_TIMEOUT: [503, 'Service Unavailable'],
  NOT_FOUND: [404, 'Not Found'],
  REQUEST_TOO_LARGE: [413, 'Request Entity Too Large'],
  UNAUTHORIZED: [401, 'Unauthorized'],
} as const satisfies Record<string, readonly [number, string]>;

export type HttpFailure = keyof typeof failures;

export function httpFailureAnswer(failure: HttpFailure): HttpAnswer {
  const [status, message] = failures[failure];
  return { status, headers: [['Content-Type', 'application/json']], body: JSON.stringify({ message }) };
}

/** `$context.error` of a failure. */
export function httpFailureContext(failure: HttpFailure): Readonly<Record<string, string>> {
  const [, message] = failures[failure];
  return { message, messageString: JSON.stringify(message), responseType: failure };
}
