import type { LimitWindow, Span } from './windows.ts';

export const limitCodes = ['rate_limited', 'quota_exceeded'] as const;
export type LimitCode = (typeof limitCodes)[number];

/** What goes into the `RateLimit` fields as the policy's name. */
export type PolicyName = 'default' | 'plan' | 'key-month' | 'organization-month';

/** One bound on somebody's requests. */
export interface LimitPolicy {
  readonly name: PolicyName;
  /** What a request beyond it is refused with. */
  readonly code: LimitCode;
  /** Whose requests are counted: a key's id or an organization's. */
  readonly subjectId: string;
  /** Requests that pass in one window; 0 lets none pass. */
  readonly limit: number;
  readonly span: Span;
}

/** Monthly quotas of a plan; null for no bound. */
export interface Quota {
  readonly perKey: number | null;
  readonly perOrganization: number | null;
}

interface RateLimit {
  readonly limit: number;
  readonly windowSec: number;
}

/** Who is calling, with what bounds it. */
export interface LimitedCaller {
  readonly keyId: string;
  readonly organizationId: string;
  /** The key's own limit. */
  readonly rateLimit: RateLimit | null;
  /** Its plan's, which holds beside it: whoever may change the key's own must not get around the plan's. */
  readonly planLimit: RateLimit | null;
  readonly quota: Quota | null;
}

/** Every policy that a caller's requests are held against; empty where nothing bounds them. */
export function policiesOf({ keyId, organizationId, rateLimit, planLimit, quota }: LimitedCaller): readonly LimitPolicy[] {
  const policies: LimitPolicy[] = [];
  if (rateLimit) {
    const { limit, windowSec } = rateLimit;
    policies.push({ name: 'default', code: 'rate_limited', subjectId: keyId, limit, span: { windowSec } });
  }
  if (planLimit) {
    const { limit, windowSec } = planLimit;
    // Counted apart from the key's own, and under the same name whether or not it has one.
    policies.push({ name: rateLimit ? 'plan' : 'default', code: 'rate_limited', subjectId: `${keyId}/plan`, limit, span: { windowSec } });
  }
  const month = { code: 'quota_exceeded', span: 'month' } as const;
  if (typeof quota?.perKey === 'number') policies.push({ ...month, name: 'key-month', subjectId: keyId, limit: quota.perKey });
  if (typeof quota?.perOrganization === 'number') {
    policies.push({ ...month, name: 'organization-month', subjectId: organizationId, limit: quota.perOrganization });
  }
  return policies;
}

/** Under which a container keeps what it knows of a policy. The limit is no part of it: it may change at any time. */
export function policyId({ subjectId, span }: LimitPolicy): string {
  return span === 'month' ? `QUOTA#${subjectId}` : `LIMIT#${subjectId}#${span.windowSec}`;
}

/** A counter's primary key in the table `usage`. */
export interface CounterKey {
  readonly pk: string;
  readonly sk: string;
}

export function counterKey({ subjectId, span }: LimitPolicy, { startMs }: LimitWindow): CounterKey {
  if (span === 'month') return { pk: `QUOTA#${subjectId}`, sk: new Date(startMs).toISOString().slice(0, 7) };
  return { pk: `LIMIT#${subjectId}#${startMs / 1000}#${span.windowSec}`, sk: 'COUNT' };
}

const hourSec = 3600;
const quotaKeptSec = 90 * 24 * hourSec;

/** When TTL may delete a counter, epoch seconds: long after the last clock has left its window. */
export function purgeAtSec({ span }: LimitPolicy, { endMs }: LimitWindow): number {
  return endMs / 1000 + (span === 'month' ? quotaKeptSec : hourSec);
}
