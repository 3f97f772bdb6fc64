import { assertHolds } from '../access/principal.ts';
import type { Principal } from '../access/principal.ts';
import { managementProduct } from '../config/managementProduct.ts';
import type { Config } from '../config/config.ts';
import { Problem } from '../errors/problems.ts';
import type { Change, EventType } from '../events/event.ts';
import type { StoredOrganization } from '../organizations/organization.ts';
import { toIso } from '../time.ts';
import { changesBetween } from './changes.ts';
import { choosesExpiry, resolveExpiry } from './expiry.ts';
import { assertFuture, assertScopes } from './issue.ts';
import type { KeyRecord } from './key.ts';
import type { UpdateKeyRequest } from './requests.ts';

export type UpdateDecision =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'changed';
      readonly next: KeyRecord;
      readonly eventType: EventType;
      readonly changes: readonly Change[];
    };

/** The key as it will be, and the event that says so. A revoked key is a 409; an expired one may be renewed. */
export function update(options: {
  key: KeyRecord;
  request: UpdateKeyRequest;
  organization: StoredOrganization;
  principal: Principal;
  config: Config;
  nowMs: number;
}): UpdateDecision {
  const { key, request, nowMs } = options;
  if (key.revokedAt !== null) throw new Problem('key_revoked', 'A revoked key cannot be changed.');
  const next = applyRequest(options);
  // Else a management key that was switched off, or whose time is over, could be brought back by a weaker one.
  if (key.product === managementProduct && reachesFurther(key, next)) assertHolds(options.principal, next.scopes);
  const changes = changesBetween(key, next);
  if (changes.length === 0) return { kind: 'unchanged' };
  return {
    kind: 'changed',
    // A key without a place, expired or superseded, that is given a longer life takes one again.
    next: {
      ...next,
      countsTowardPlan: key.countsTowardPlan || livesLonger(key, next),
      expirySetAt: next.expiresAt === key.expiresAt ? key.expirySetAt : toIso(nowMs),
      updatedAt: toIso(nowMs),
      version: key.version + 1,
    },
    eventType: eventTypeOf(key, request),
    changes,
  };
}

function applyRequest(options: Parameters<typeof update>[0]): KeyRecord {
  const { key, request, organization, nowMs } = options;
  if (request.scopes) assertScopeChange(options, request.scopes);
  if (request.rotateBy && request.rotateBy !== key.rotateBy) assertFuture('rotateBy', request.rotateBy, nowMs);
  return {
    ...key,
    name: request.name ?? key.name,
    description: given(request.description, key.description),
    scopes: request.scopes ?? key.scopes,
    active: request.active ?? key.active,
    owner: given(request.owner, key.owner),
    tags: request.tags === null ? {} : (request.tags ?? key.tags),
    rotateBy: given(request.rotateBy, key.rotateBy),
    allowedIps: given(request.allowedIps, key.allowedIps),
    rateLimit: given(request.rateLimit, key.rateLimit),
    expiresAt: choosesExpiry(request) ? resolveExpiry(request, organization.policy, nowMs) : key.expiresAt,
  };
}

/** Whether a key opens anything, at any time or from anywhere, that it did not before. */
function reachesFurther(before: KeyRecord, after: KeyRecord): boolean {
  const isSwitchedOn = after.active && !before.active;
  return isSwitchedOn || livesLonger(before, after) || hasMoreAddresses(before.allowedIps, after.allowedIps);
}

function hasMoreAddresses(before: KeyRecord['allowedIps'], after: KeyRecord['allowedIps']): boolean {
  if (before === null) return false;
  return after === null || after.some((range) => !before.includes(range));
}

function livesLonger(before: KeyRecord, after: KeyRecord): boolean {
  return endOf(after) > endOf(before);
}

function endOf({ expiresAt }: KeyRecord): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
}

/** Undefined leaves a field alone, null clears it. */
function given<T>(asked: T | null | undefined, current: T | null): T | null {
  return asked === undefined ? current : asked;
}

/** Taking scopes away is always allowed; what a management key gains, the principal must hold. */
function assertScopeChange(options: Parameters<typeof update>[0], scopes: readonly string[]): void {
  const { key } = options;
  assertScopes({ ...options, product: key.product, scopes, ...(key.product === managementProduct && { had: key.scopes }) });
}

function eventTypeOf(key: KeyRecord, request: UpdateKeyRequest): EventType {
  if (request.active === undefined || request.active === key.active) return 'key.updated';
  return request.active ? 'key.activated' : 'key.deactivated';
}
