import type { GatewayResponseSettings, RestApi } from './restApi.ts';
import { mappedValue, substitute } from './substitution.ts';
import type { SubstitutionScope } from './substitution.ts';

/** API Gateway's own answers: default status, message and the error type that a header names. */
const responseTypes = {
  ACCESS_DENIED: [403, 'User is not authorized to access this resource', 'AccessDeniedException'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error', 'InternalServerErrorException'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, null, 'AuthorizerConfigurationException'],
  AUTHORIZER_FAILURE: [500, null, 'AuthorizerConfigurationException'],
  BAD_REQUEST_BODY: [400, 'Invalid request body', 'BadRequestException'],
  BAD_REQUEST_PARAMETERS: [400, 'Bad Request', 'BadRequestException'],
  INTEGRATION_FAILURE: [504, 'Internal server error', 'InternalServerErrorException'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out', 'InternalServerErrorException'],
  INVALID_API_KEY: [403, 'Forbidden', 'ForbiddenException'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token', 'MissingAuthenticationTokenException'],
  QUOTA_EXCEEDED: [429, 'Limit Exceeded', 'LimitExceededException'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long', 'RequestTooLongException'],
  THROTTLED: [429, 'Too Many Requests', 'TooManyRequestsException'],
  UNAUTHORIZED: [401, 'Unauthorized', 'UnauthorizedException'],
  // Not a type that a template can customise by its own name: a failed or malformed proxy integration.
  DEFAULT_5XX: [502, 'Internal server error', 'InternalServerErrorException'],
} as const satisfies Record<string, readonly [number, string | null, string]>;

export type GatewayResponseType = keyof typeof responseTypes;

/** A refusal or a failure that API Gateway answers by itself. */
export interface GatewayFailure {
  readonly type: GatewayResponseType;
  /** Replaces the default message. */
  readonly message?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | string;
}

/** The answer for a failure: the API's customised response, else DEFAULT_4XX or DEFAULT_5XX, else API Gateway's own. */
export function gatewayResponse(api: RestApi, failure: GatewayFailure, scope: SubstitutionScope, accept?: string): HttpAnswer {
  const [defaultStatus, , errorType] = responseTypes[failure.type];
  const fallback = api.gatewayResponses.get(defaultStatus >= 500 ? 'DEFAULT_5XX' : 'DEFAULT_4XX');
  const settings = api.gatewayResponses.get(failure.type) ?? fallback;
  const filled: SubstitutionScope = { ...scope, context: { ...scope.context, error: failureContext(failure) } };
  const [contentType, template] = chooseTemplate(settings, accept);
  const mapped = mappedHeaders(settings, filled);
  const isTyped = mapped.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    status: settings?.statusCode ?? defaultStatus,
    headers: [...(isTyped ? [] : [['Content-Type', contentType] as const]), ['x-amzn-ErrorType', errorType], ...mapped],
    body: substitute(template, filled),
  };
}

/** `$context.error` of a failure. */
export function failureContext({ type, message = responseTypes[type][1] ?? undefined }: GatewayFailure): Readonly<Record<string, string>> {
  return { message: message ?? 'null', messageString: JSON.stringify(message ?? null), responseType: type };
}

function chooseTemplate(settings: GatewayResponseSettings | undefined, accept: string | undefined): readonly [string, string] {
  const templates = Object.entries(settings?.templates ?? {});
  const wanted = accept?.split(',')[0]?.split(';')[0]?.trim();
  return (
    templates.find(([type]) => type === wanted) ??
    templates.find(([type]) => type === 'application/json') ??
    templates[0] ?? ['application/json', '{"message":$context.error.messageString}']
  );
}

function mappedHeaders(settings: GatewayResponseSettings | undefined, scope: SubstitutionScope): [string, string][] {
  return Object.entries(settings?.parameters ?? {}).flatMap(([target, mapping]): [string, string][] => {
    const name = /^gatewayresponse\.header\.(.+)$/u.exec(target)?.[1];
    const value = name === undefined ? undefined : mappedValue(mapping, scope);
    return name === undefined || value === undefined ? [] : [[name, headerSafe(value)]];
  });
}

/** A line break or a control character cannot be part of a header: without this Node would refuse the whole answer. */
export function headerSafe(value: string): string {
  return value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, '');
}
