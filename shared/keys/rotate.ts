import { assertHolds } from '../access/principal.ts';
import type { Principal } from '../access/principal.ts';
import { managementProduct } from '../config/managementProduct.ts';
import type { Config } from '../config/config.ts';
import { Problem } from '../errors/problems.ts';
import type { StoredOrganization } from '../organizations/organization.ts';
import { hourMs, toIso } from '../time.ts';
import { choosesExpiry, resolveExpiry, successorExpiry } from './expiry.ts';
import { assertMayIssue, neverRotatedNorRevoked } from './issue.ts';
import type { MintedToken } from './issue.ts';
import type { Actor, KeyRecord } from './key.ts';
import type { RotateKeyRequest } from './requests.ts';
import { deriveStatus } from './status.ts';

const defaultGraceHours = 24;

/**
 * The successor, with the same settings, and the old key, which expires after the grace period (or earlier, where
 * it would have anyway). 409 for a revoked, expired or already rotated key; 403 as at issuing.
 */
export function rotate(options: {
  key: KeyRecord;
  request: RotateKeyRequest;
  organization: StoredOrganization;
  principal: Principal;
  config: Config;
  minted: MintedToken;
  createdBy: Actor;
  /** The key that this one replaced, while it is kept; null else. */
  predecessor?: KeyRecord | null;
  nowMs: number;
}): { old: KeyRecord; successor: KeyRecord } {
  const { key, request, organization, minted, nowMs } = options;
  assertRotatable(key, nowMs);
  assertMayIssue(organization, options.config);
  if (key.product === managementProduct) assertHolds(options.principal, key.scopes);
  else if (!organization.products.includes(key.product)) {
    throw new Problem('product_not_enabled', `The product ${key.product} is not enabled for the organization.`);
  }
  const graceEndsMs = nowMs + (request.gracePeriodHours ?? defaultGraceHours) * hourMs;
  const oldEndsMs = Math.min(graceEndsMs, key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt));
  // What is ended on evidence must not die before: its grace ends in a warning.
  const expiresAt = request.autoRevoke === true ? key.expiresAt : toIso(oldEndsMs);
  const old: KeyRecord = {
    ...key,
    expiresAt,
    expirySetAt: expiresAt === key.expiresAt ? key.expirySetAt : toIso(nowMs),
    graceEndsAt: request.autoRevoke === true ? toIso(graceEndsMs) : null,
    replacedBy: minted.keyId,
    updatedAt: toIso(nowMs),
    version: key.version + 1,
    // The grace of one key is free. A chain of rotations would make any number of living keys of one place.
    // Nor is a life that goes on until there is evidence.
    countsTowardPlan: request.autoRevoke === true || isAlive(options.predecessor ?? null, nowMs),
  };
  const successor: KeyRecord = {
    ...key,
    ...neverRotatedNorRevoked,
    ...tokenFields(minted),
    replaces: key.id,
    createdAt: toIso(nowMs),
    createdBy: options.createdBy,
    updatedAt: toIso(nowMs),
    version: 1,
    expiresAt: choosesExpiry(request)
      ? resolveExpiry(request, organization.policy, nowMs)
      : successorExpiry(key, organization.policy, nowMs),
    expirySetAt: toIso(nowMs),
    graceEndsAt: null,
    // Or whoever is over a limit would rotate the key.
    limitedAs: key.limitedAs ?? key.id,
    rotateBy: movedRotateBy(key, nowMs),
    countsTowardPlan: true,
  };
  return { old, successor };
}

function tokenFields(minted: MintedToken) {
  const { keyId, maskedToken, tokenHash, pepperVersion } = minted;
  return { id: keyId, maskedToken, tokenHash, pepperVersion };
}

function isAlive(key: KeyRecord | null, nowMs: number): boolean {
  return key !== null && ['active', 'inactive'].includes(deriveStatus(key, nowMs));
}

function assertRotatable(key: KeyRecord, nowMs: number): void {
  const status = deriveStatus(key, nowMs);
  if (status === 'revoked') throw new Problem('key_revoked', 'A revoked key cannot be rotated; issue a new one.');
  if (key.replacedBy !== null) {
    throw new Problem('key_already_rotated', `The key was rotated before; its successor is ${key.replacedBy}.`, {
      extras: { replacedBy: key.replacedBy },
    });
  }
  if (status === 'expired') {
    throw new Problem('key_expired', 'An expired key cannot be rotated; renew it first by giving it a new expiry.');
  }
}

/** The successor is to be rotated after as long a time as its predecessor was. */
function movedRotateBy(key: KeyRecord, nowMs: number): string | null {
  if (key.rotateBy === null) return null;
  return toIso(nowMs + Math.max(0, Date.parse(key.rotateBy) - Date.parse(key.createdAt)));
}
