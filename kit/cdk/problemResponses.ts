import type { IRestApi, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { GatewayResponse, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { problemType, problems } from '../../shared/errors/problems.ts';
import type { ProblemCode } from '../../shared/errors/problems.ts';
import { gatewayLimitTitle } from '../gatewayLimit.ts';

interface ProblemResponse {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const challenge = { 'WWW-Authenticate': 'ApiKey realm="gatewarden"' };
const unauthorized: ProblemResponse = {
  code: 'unauthorized',
  detail: 'A valid token is needed, as X-API-Key: TOKEN or Authorization: Bearer TOKEN.',
  headers: challenge,
};
const internalError: ProblemResponse = {
  code: 'internal_error',
  detail: 'The request could not be handled. Try again; if it stays, report the request id.',
};
const notFound: ProblemResponse = { code: 'not_found', detail: 'There is nothing here, or nothing that you may see.' };
const invalidRequest: ProblemResponse = { code: 'invalid_request', detail: 'The request does not have the form that this API takes.' };

/**
 * What each error of API Gateway's own becomes. Every type is named: the body carries the status, and only with a
 * status of our choosing are the two the same. `ACCESS_DENIED` is the authorizer's and is made apart.
 */
const responses = {
  UNAUTHORIZED: unauthorized,
  EXPIRED_TOKEN: unauthorized,
  INVALID_SIGNATURE: unauthorized,
  INVALID_API_KEY: unauthorized,
  // The default answer is a 403 that repeats the Authorization header.
  MISSING_AUTHENTICATION_TOKEN: notFound,
  RESOURCE_NOT_FOUND: notFound,
  BAD_REQUEST_BODY: invalidRequest,
  BAD_REQUEST_PARAMETERS: invalidRequest,
  WAF_FILTERED: { code: 'invalid_request', detail: 'The request was blocked before it reached the service.' },
  REQUEST_TOO_LARGE: { code: 'body_too_large', detail: 'The body is larger than this API takes.' },
  UNSUPPORTED_MEDIA_TYPE: { code: 'unsupported_media_type', detail: 'The body must be application/json.' },
  THROTTLED: { code: 'rate_limited', detail: 'Too many requests. Try again in a second.', headers: { 'Retry-After': '1' } },
  QUOTA_EXCEEDED: { code: 'quota_exceeded', detail: 'The quota is used up.' },
  AUTHORIZER_FAILURE: internalError,
  AUTHORIZER_CONFIGURATION_ERROR: internalError,
  API_CONFIGURATION_ERROR: internalError,
  INTEGRATION_FAILURE: { code: 'bad_gateway', detail: 'The service behind the gateway gave no usable answer.' },
  INTEGRATION_TIMEOUT: { code: 'gateway_timeout', detail: 'The service behind the gateway took too long.' },
  DEFAULT_4XX: invalidRequest,
  DEFAULT_5XX: internalError,
} as const satisfies Readonly<Record<string, ProblemResponse>>;

/**
 * Has API Gateway answer its own errors as problem documents (RFC 9457), with the request id in `X-Request-Id`. With
 * `isLimited`, an API key that does not exist is the authorizer's word for a limit that is reached.
 */
export function addProblemResponses(scope: Construct, restApi: RestApi, { isLimited = false }: { readonly isLimited?: boolean } = {}): void {
  const parent = new Construct(scope, 'Problems');
  for (const [type, { code, detail, headers = {} }] of Object.entries<ProblemResponse>(responses)) {
    const { status, title } = problems[code];
    const body = { type: problemType(code), title, status, detail, code };
    const isLimit = isLimited && type === 'INVALID_API_KEY';
    addResponse(parent, isLimit ? { restApi, ...limitedByAuthorizer } : { restApi, type: ResponseType.of(type), body, headers: literals(headers) });
  }
  addResponse(parent, { restApi, type: ResponseType.ACCESS_DENIED, body: deniedByAuthorizer, headers: {} });
}

/** The 429 alone, for an API whose other gateway responses are its own. */
export function addLimitedResponse(scope: Construct, restApi: RestApi): void {
  addResponse(new Construct(scope, 'Problems'), { restApi, ...limitedByAuthorizer });
}

/** The authorizer says in the context of its Deny what is missing; it keeps all values free of quotes. */
const deniedByAuthorizer = {
  type: problemType('$context.authorizer.code' as ProblemCode),
  title: '$context.authorizer.title',
  status: 403,
  detail: '$context.authorizer.detail',
  code: '$context.authorizer.code',
};

/**
 * The authorizer says in the context of its Allow, beside an API key that does not exist, which limit is reached. Were
 * its values not filled in, the answer would be a problem document all the same, and a 429 by its status and its title.
 */
const limitedByAuthorizer = {
  type: ResponseType.INVALID_API_KEY,
  body: {
    type: problemType('$context.authorizer.code' as ProblemCode),
    title: gatewayLimitTitle,
    status: 429,
    detail: '$context.authorizer.detail',
    code: '$context.authorizer.code',
  },
  // A mapping takes one value whole, so the authorizer writes the fields of the RateLimit headers itself.
  headers: {
    'Retry-After': 'context.authorizer.retryAfter',
    RateLimit: 'context.authorizer.rateLimitField',
    'RateLimit-Policy': 'context.authorizer.rateLimitPolicyField',
  },
};

interface ResponseProps {
  readonly restApi: RestApi;
  readonly type: ResponseType;
  readonly body: { readonly status: number };
  /** Name to mapping: a literal in single quotes, or what it is taken from. */
  readonly headers: Readonly<Record<string, string>>;
}

function addResponse(parent: Construct, { restApi, type, body, headers }: ResponseProps): void {
  new GatewayResponse(parent, type.responseType, {
    // Cast: RestApi's optional members do not fit its own interface under exactOptionalPropertyTypes.
    restApi: restApi as IRestApi,
    type,
    statusCode: String(body.status),
    responseHeaders: {
      ...literals({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' }),
      ...headers,
      'X-Request-Id': 'context.extendedRequestId',
    },
    // Not a raw path: the template is filled in without escaping, and a caller chooses the path.
    templates: { 'application/json': JSON.stringify({ ...body, instance: 'urn:gatewarden:request:$context.extendedRequestId' }) },
  });
}

function literals(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));
}
