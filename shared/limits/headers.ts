/** The state of one policy, as a caller is told it. */
export interface RateLimitState {
  readonly policy: string;
  readonly limit: number;
  readonly windowSec: number;
  readonly remaining: number;
  /** Epoch milliseconds. */
  readonly resetMs: number;
}

/**
 * `RateLimit-Policy` and `RateLimit`, for any response: draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4, in
 * the syntax of RFC 9651: `"default";q=100;w=60` and `"default";r=50;t=30`.
 */
export function rateLimitHeaders(state: RateLimitState, nowMs: number): { 'RateLimit-Policy': string; RateLimit: string } {
  const name = quoted(state.policy);
  return {
    'RateLimit-Policy': `${name};q=${wholeNumber(state.limit)};w=${wholeNumber(state.windowSec)}`,
    RateLimit: `${name};r=${wholeNumber(state.remaining)};t=${secondsUntil(state.resetMs, nowMs)}`,
  };
}

/** `Retry-After` of a 429, in seconds: at least 1, and never before the window ends (section 6 of the draft). */
export function retryAfter(resetMs: number, nowMs: number): string {
  return String(Math.max(secondsUntil(resetMs, nowMs), 1));
}

/** Whole seconds, rounded up: who waits that long does not come too early. */
export function secondsUntil(resetMs: number, nowMs: number): number {
  return wholeNumber(Math.ceil((resetMs - nowMs) / 1000));
}

// The largest Integer of a structured field.
const largestInteger = 999_999_999_999_999;

function wholeNumber(value: number): number {
  return Math.min(Math.max(Math.trunc(value), 0), largestInteger) || 0;
}

/** A String of a structured field; what such a string cannot hold is left out. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[^\x20-\x7e]/g, '').replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
