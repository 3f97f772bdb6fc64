import type { CallerLimit } from '../access/authorizerContext.ts';
import type { Plan } from '../config/config.ts';
import type { VerificationRecord } from '../keys/verificationRecord.ts';
import type { Admission } from './admission.ts';

/** What bounds the requests of a key: its own limit, its plan's, and the plan's quotas. */
export function boundsOf(key: Pick<VerificationRecord, 'limitedAs' | 'organizationId' | 'rateLimit'>, plan: Plan | undefined) {
  const { limitedAs: keyId, organizationId, rateLimit } = key;
  return { keyId, organizationId, rateLimit, planLimit: plan?.rateLimit ?? null, quota: plan?.quota ?? null };
}

/** What the caller is told of an admission. */
export function callerLimitOf(admission: Admission): CallerLimit {
  const { policy, limit, windowSec, remaining, resetMs, code, retryAfterSec } = admission;
  const refusal = code && { code, detail: detailOf(admission), retryAfterSec: retryAfterSec ?? 1 };
  return { policy, limit, windowSec, remaining, resetMs, refusal };
}

function detailOf({ policy, limit, windowSec, resetMs, degraded }: Admission): string {
  if (degraded) return 'The limit of this key cannot be counted at the moment.';
  const requests = counted(limit, 'request');
  const isWindow = policy === 'default' || policy === 'plan';
  const bound = isWindow ? `${requests} in ${counted(windowSec, 'second')}` : `${requests} a month for its ${policy === 'key-month' ? 'key' : 'organization'}`;
  return `The limit is ${bound}; requests pass again from ${new Date(Math.ceil(resetMs / 1000) * 1000).toISOString()} on.`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
