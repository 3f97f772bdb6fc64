import type { AuthorizerResult } from './authorizerResult.ts';

/** Results of the authorizers of one API, kept per identity for their TTL in the platform's time. */
export interface AuthorizerCache {
  get(key: string): AuthorizerResult | undefined;
  put(key: string, result: AuthorizerResult, ttlSec: number): void;
}

const maxEntries = 10_000;

export function createAuthorizerCache(nowMs: () => number): AuthorizerCache {
  const entries = new Map<string, { result: AuthorizerResult; untilMs: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry && entry.untilMs > nowMs()) return entry.result;
      entries.delete(key);
      return undefined;
    },
    put(key, result, ttlSec) {
      if (ttlSec <= 0) return;
      entries.set(key, { result, untilMs: nowMs() + ttlSec * 1000 });
      const oldest = entries.size > maxEntries ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}

/** Never the same for two stages, authorizers or lists of values. */
export function cacheKey(stage: string, authorizerId: string, values: readonly string[]): string {
  return JSON.stringify([stage, authorizerId, values]);
}
