/** The catalogue of problems: code → what it is. Each code has a page in docs/errors. */
export const problems = {
  invalid_request: { status: 400, title: 'The request is invalid' },
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  unauthorized: { status: 401, title: 'No valid credentials' },
  missing_permission: { status: 403, title: 'The permission is missing' },
  insufficient_scope: { status: 403, title: 'The key lacks a scope' },
  wrong_product: { status: 403, title: 'The key is for another product' },
  wrong_environment: { status: 403, title: 'The key is for another environment' },
  ip_not_allowed: { status: 403, title: 'The key may not be used from this address' },
  organization_suspended: { status: 403, title: 'The organization is suspended' },
  organization_not_approved: { status: 403, title: 'The organization is not approved' },
  plan_lacks_m2m: { status: 403, title: 'The plan has no machine access' },
  product_not_enabled: { status: 403, title: 'The product is not enabled' },
  key_limit_reached: { status: 403, title: 'The plan allows no more keys' },
  expiry_not_allowed: { status: 403, title: 'The expiry is not allowed by the policy' },
  not_a_member: { status: 403, title: 'Not a member of any organization' },
  members_only: { status: 403, title: 'Only members can do this' },
  step_up_required: { status: 403, title: 'The PIN is needed' },
  wrong_pin: { status: 403, title: 'The PIN is wrong' },
  pin_locked: { status: 403, title: 'The PIN is locked' },
  scope_not_held: { status: 403, title: 'Nobody can grant what they do not hold' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed' },
  key_revoked: { status: 409, title: 'The key is revoked' },
  key_expired: { status: 409, title: 'The key is expired' },
  pin_not_set: { status: 409, title: 'No PIN is set' },
  member_exists: { status: 409, title: 'The e-mail address is a member already' },
  last_superadmin: { status: 409, title: 'The last superadmin has to stay' },
  role_built_in: { status: 409, title: 'The role is built in' },
  role_in_use: { status: 409, title: 'The role is in use' },
  status_not_reachable: { status: 409, title: 'The status cannot be reached from here' },
  key_already_rotated: { status: 409, title: 'The key was rotated before' },
  request_in_progress: { status: 409, title: 'Other changes were made at the same time' },
  version_mismatch: { status: 412, title: 'The resource has changed' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key belongs to another request' },
  rate_limited: { status: 429, title: 'The rate limit is reached' },
  quota_exceeded: { status: 429, title: 'The quota is used up' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  bad_gateway: { status: 502, title: 'The service behind the gateway failed' },
  unavailable: { status: 503, title: 'The service is unavailable' },
  gateway_timeout: { status: 504, title: 'The service behind the gateway took too long' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

export interface FieldError {
  /** Where: `scopes[1]`, or `Idempotency-Key` for a header. */
  readonly path: string;
  readonly message: string;
}

/** Members beyond RFC 9457's own; never a token, a PIN or a hash. */
export interface ProblemExtras {
  readonly errors?: readonly FieldError[];
  readonly [member: string]: unknown;
}

/**
 * A refusal that the caller is told. `detail` is public; what only operators should see goes into `cause`,
 * which the HTTP chain logs once.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly extras: ProblemExtras;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { extras?: ProblemExtras; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.extras = options.extras ?? {};
    this.headers = options.headers ?? {};
  }
}

/** The `type` of a problem: the address of its page. */
export function problemType(code: ProblemCode): string {
  return `https://gatewarden.dev/errors/${code}`;
}

/** The problem document of RFC 9457. */
export function problemDocument(problem: Problem, instance: string): Record<string, unknown> {
  const { status, title } = problems[problem.code];
  return {
    type: problemType(problem.code),
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    instance,
    ...problem.extras,
  };
}

/** One answer for what is not there and for what is another organization's: the difference would be a leak. */
export function notFound(): Problem {
  return new Problem('not_found', 'There is nothing here, or nothing that you may see.');
}
