import { Problem } from '../../shared/errors/problems.ts';
import { rateLimitHeaders, retryAfter } from '../../shared/limits/headers.ts';

/** What bounds the caller, as far as the authorizer's container knew when it let the request in. */
export interface RateLimit {
  /** Requests that pass in one window. */
  readonly limit: number;
  readonly windowSec: number;
  readonly remaining: number;
  /** When the window ends, ISO 8601. */
  readonly resetAt: string;
  /** `default`, the limit of the key or its plan; `key-month` or `organization-month`, a quota. */
  readonly policy: string;
}

type AuthorizerContext = Readonly<Record<string, unknown>>;

/** The limit in an authorizer's context; null where nothing bounds the caller. */
export function rateLimitOf(context: AuthorizerContext | null): RateLimit | null {
  const [limit, remaining, resetSec, windowSec] = ['rateLimit', 'rateLimitRemaining', 'rateLimitReset', 'rateLimitWindowSec'].map((name) =>
    wholeNumber(context?.[name]),
  );
  const policy = context?.['rateLimitPolicy'];
  if (limit === undefined || remaining === undefined || resetSec === undefined || windowSec === undefined) return null;
  if (typeof policy !== 'string' || policy === '') return null;
  return { limit, windowSec, remaining, resetAt: new Date(resetSec * 1000).toISOString(), policy };
}

/** `RateLimit` and `RateLimit-Policy` of any answer; none where nothing bounds the caller. */
export function limitHeaders(rateLimit: RateLimit | null, nowMs: number): Readonly<Record<string, string>> {
  if (!rateLimit) return {};
  return rateLimitHeaders({ ...rateLimit, resetMs: Date.parse(rateLimit.resetAt) }, nowMs);
}

/** The 429 of a request that a limit refuses; null for one that may pass. */
export function limitRefusal(context: AuthorizerContext | null, rateLimit: RateLimit | null, nowMs: number): Problem | null {
  const isLimited = context?.['rateLimited'] ?? '';
  if (['', 'false', false].some((negative) => negative === isLimited)) return null;
  const code = context?.['code'] === 'quota_exceeded' ? 'quota_exceeded' : 'rate_limited';
  const detail = context?.['detail'];
  return new Problem(code, typeof detail === 'string' && detail !== '' ? detail : 'Too many requests.', {
    headers: { 'Retry-After': waitSec(context, rateLimit, nowMs) },
  });
}

/** As the authorizer says; else until the window ends; else the shortest wait that there is. */
function waitSec(context: AuthorizerContext | null, rateLimit: RateLimit | null, nowMs: number): string {
  const said = wholeNumber(context?.['retryAfter']);
  if (said !== undefined) return String(Math.max(said, 1));
  return rateLimit ? retryAfter(Date.parse(rateLimit.resetAt), nowMs) : '1';
}

/** API Gateway hands on numbers as strings. */
function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}
