import { rateLimitHeaders } from '../limits/headers.ts';

/**
 * What the key authorizer hands to the Lambda behind it. API Gateway turns every value into a string and
 * substitutes it raw into gateway-response templates and access logs, so free text is percent-encoded.
 */
export interface CallerContext {
  readonly keyId: string;
  readonly keyName: string;
  readonly organizationId: string;
  readonly environment: string;
  readonly product: string;
  readonly plan: string;
  readonly scopes: readonly string[];
  /** ISO 8601, or null for a key that never expires. */
  readonly expiresAt: string | null;
}

/** How a limit or quota bounds the caller; times in epoch milliseconds. */
export interface CallerLimit {
  readonly policy: string;
  readonly limit: number;
  readonly windowSec: number;
  /** As far as the authorizer's container knows. */
  readonly remaining: number;
  readonly resetMs: number;
  /** Set where it refuses the request. */
  readonly refusal: { readonly code: string; readonly detail: string; readonly retryAfterSec: number } | null;
}

/**
 * The fields of a limit in the context; `rateLimitReset` in epoch seconds. A refusal has whole header values too, which
 * hold quotes: they are for the mappings of headers, and belong into no JSON template and no log format.
 */
export function encodeCallerLimit(callerLimit: CallerLimit, nowMs: number): Record<string, string> {
  const { policy, limit, windowSec, remaining, resetMs, refusal } = callerLimit;
  const headers = rateLimitHeaders(callerLimit, nowMs);
  return {
    rateLimit: String(limit),
    rateLimitRemaining: String(remaining),
    rateLimitReset: String(Math.ceil(resetMs / 1000)),
    rateLimitPolicy: policy,
    rateLimitWindowSec: String(windowSec),
    ...(refusal && { rateLimited: 'true', code: refusal.code, detail: refusal.detail, retryAfter: String(refusal.retryAfterSec) }),
    ...(refusal && { rateLimitField: headers.RateLimit, rateLimitPolicyField: headers['RateLimit-Policy'] }),
  };
}

export function encodeCallerContext(caller: CallerContext): Record<string, string> {
  return {
    keyId: caller.keyId,
    keyName: encodeText(caller.keyName),
    organizationId: caller.organizationId,
    environment: caller.environment,
    product: caller.product,
    plan: caller.plan,
    scopes: caller.scopes.join(' '),
    expiresAt: caller.expiresAt ?? '',
  };
}

/** Reads the context behind the authorizer; null when a field is missing, as on a request that did not pass it. */
export function decodeCallerContext(context: Readonly<Record<string, unknown>> | null | undefined): CallerContext | null {
  const text = (name: string): string | undefined => {
    const value = context?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [keyId, organizationId, environment, product] = ['keyId', 'organizationId', 'environment', 'product'].map(text);
  const keyName = text('keyName');
  const plan = text('plan');
  const scopes = text('scopes');
  if (!keyId || !organizationId || !environment || !product || !plan) return null;
  if (keyName === undefined || scopes === undefined) return null;
  return {
    keyId,
    keyName: decodeText(keyName),
    organizationId,
    environment,
    product,
    plan,
    scopes: scopes === '' ? [] : scopes.split(' '),
    expiresAt: text('expiresAt') || null,
  };
}

const plainText = /^[ !#$&-[\]-~]*$/;

/** Percent-encodes what is not plain ASCII text: control characters, quotes, backslashes, `%`, anything beyond `~`. */
export function encodeText(text: string): string {
  if (plainText.test(text)) return text;
  return text.toWellFormed().replace(/[^ !#$&-[\]-~]+/g, (part) => encodeURIComponent(part));
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
