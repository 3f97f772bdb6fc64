import type { Policy } from '../organizations/organization.ts';
import { Problem } from '../errors/problems.ts';
import { dayMs, toIso } from '../time.ts';
import { invalidField } from '../errors/invalidField.ts';
import type { ExpiryChoice } from './requests.ts';

// A caller who computes "a year from now" on a clock of their own is not refused for a minute.
const toleranceMs = 60_000;

/**
 * When a key expires, in ISO 8601, or null for never. No choice: the policy's default.
 * Throws 400 for a time that has passed, 403 `expiry_not_allowed` for one that the policy forbids.
 */
export function resolveExpiry(choice: ExpiryChoice, policy: Policy, nowMs: number): string | null {
  if (choice.neverExpires) return allowNever(policy);
  if (choice.expiresAt !== undefined) {
    const atMs = Date.parse(choice.expiresAt);
    if (atMs <= nowMs) throw invalidField('expiresAt', `Expiry must lie in the future, got ${choice.expiresAt}.`);
    return withinMaximum(atMs, policy, nowMs);
  }
  return withinMaximum(nowMs + (choice.expiresInDays ?? defaultDays(policy)) * dayMs, policy, nowMs);
}

/** True when the request says anything about expiry. */
export function choosesExpiry(choice: ExpiryChoice): boolean {
  return choice.expiresInDays !== undefined || choice.expiresAt !== undefined || choice.neverExpires !== undefined;
}

/** A successor lives as long as its predecessor was given, as far as today's policy allows. */
export function successorExpiry(old: { createdAt: string; expiresAt: string | null }, policy: Policy, nowMs: number): string | null {
  if (old.expiresAt === null && policy.allowNeverExpires) return null;
  const lifetimeMs =
    old.expiresAt === null ? defaultDays(policy) * dayMs : Date.parse(old.expiresAt) - Date.parse(old.createdAt);
  const longestMs = (policy.maxKeyLifetimeDays ?? Number.POSITIVE_INFINITY) * dayMs;
  return toIso(nowMs + Math.min(lifetimeMs, longestMs));
}

function defaultDays(policy: Policy): number {
  return Math.min(policy.defaultKeyLifetimeDays, policy.maxKeyLifetimeDays ?? Number.POSITIVE_INFINITY);
}

function allowNever(policy: Policy): null {
  if (policy.allowNeverExpires) return null;
  throw new Problem('expiry_not_allowed', "The organization's policy does not allow keys that never expire.", {
    extras: { maxKeyLifetimeDays: policy.maxKeyLifetimeDays },
  });
}

function withinMaximum(atMs: number, policy: Policy, nowMs: number): string {
  const maximumDays = policy.maxKeyLifetimeDays;
  if (maximumDays !== null && atMs > nowMs + maximumDays * dayMs + toleranceMs) {
    throw new Problem('expiry_not_allowed', `The organization's policy allows keys to live ${maximumDays} days at most.`, {
      extras: { maxKeyLifetimeDays: maximumDays },
    });
  }
  return toIso(atMs);
}
