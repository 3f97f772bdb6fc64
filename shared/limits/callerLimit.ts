import type { CallerLimit } from '../access/authorizerContext.ts';
import type { Plan, RateLimit } from '../config/config.ts';
import type { VerificationRecord } from '../keys/verificationRecord.ts';
import type { Admission } from './admission.ts';

/** A key's own limit, or its plan's; never one that lets more through in the long run than the plan's. */
export function effectiveLimit(own: RateLimit | null, plan: RateLimit | null): RateLimit | null {
  if (own === null || plan === null) return own ?? plan;
  return own.limit / own.windowSec <= plan.limit / plan.windowSec ? own : plan;
}

/** What bounds the requests of a key: empty where neither it nor its plan does. */
export function boundsOf(key: Pick<VerificationRecord, 'limitedAs' | 'organizationId' | 'rateLimit'>, plan: Plan | undefined) {
  const rateLimit = effectiveLimit(key.rateLimit, plan?.rateLimit ?? null);
  return { keyId: key.limitedAs, organizationId: key.organizationId, rateLimit, quota: plan?.quota ?? null };
}

/** What the caller is told of an admission. */
export function callerLimitOf(admission: Admission): CallerLimit {
  const { policy, limit, windowSec, remaining, resetMs, code, retryAfterSec } = admission;
  const refusal = code && { code, detail: detailOf(admission), retryAfterSec: retryAfterSec ?? 1 };
  return { policy, limit, windowSec, remaining, resetMs, refusal };
}

function detailOf({ policy, limit, windowSec, resetMs, degraded }: Admission): string {
  if (degraded) return 'The limit of this key cannot be counted at the moment.';
  const bound = policy === 'default' ? `${limit} requests in ${windowSec} seconds` : `${limit} requests a month for its ${policy === 'key-month' ? 'key' : 'organization'}`;
  return `The limit is ${bound}; requests pass again from ${new Date(Math.ceil(resetMs / 1000) * 1000).toISOString()} on.`;
}
