import { describe, expect, it } from 'vitest';
import { rateLimitHeaders, retryAfter } from '../../../shared/limits/headers.ts';

const state = { policy: 'default', limit: 100, windowSec: 60, remaining: 50, resetMs: 30_000 };

describe('the RateLimit fields', () => {
  it('read as in the draft', () => {
    expect(rateLimitHeaders(state, 0)).toEqual({ 'RateLimit-Policy': '"default";q=100;w=60', RateLimit: '"default";r=50;t=30' });
  });

  it('round the time up, so that nobody comes too early, and never below zero', () => {
    expect(rateLimitHeaders(state, 29_999).RateLimit).toBe('"default";r=50;t=1');
    expect(rateLimitHeaders(state, 30_000).RateLimit).toBe('"default";r=50;t=0');
    expect(rateLimitHeaders({ ...state, remaining: -1 }, 90_000).RateLimit).toBe('"default";r=0;t=0');
  });

  it('stay structured fields whatever they are given', () => {
    const odd = { policy: 'a"b\\c\r\nX: 1é', limit: Number.NaN, windowSec: 60.5, remaining: 1e20, resetMs: Number.POSITIVE_INFINITY };
    expect(rateLimitHeaders(odd, 0)).toEqual({
      'RateLimit-Policy': '"a\\"b\\\\cX: 1";q=0;w=60',
      RateLimit: '"a\\"b\\\\cX: 1";r=999999999999999;t=999999999999999',
    });
  });
});

describe('Retry-After', () => {
  it('is at least a second and never before the window’s end', () => {
    expect([retryAfter(30_000, 0), retryAfter(30_000, 29_001), retryAfter(30_000, 28_999), retryAfter(30_000, 40_000)]).toEqual(['30', '1', '2', '1']);
  });
});
