import { managementScopes } from '../access/permissions.ts';
import { assertHolds } from '../access/principal.ts';
import type { Principal } from '../access/principal.ts';
import { managementProduct } from '../config/managementProduct.ts';
import type { Config } from '../config/config.ts';
import { invalidField } from '../errors/invalidField.ts';
import { Problem } from '../errors/problems.ts';
import type { StoredOrganization } from '../organizations/organization.ts';
import { toIso } from '../time.ts';
import { resolveExpiry } from './expiry.ts';
import type { Actor, KeyRecord } from './key.ts';
import type { IssueKeyRequest } from './requests.ts';

/** A token's public part and what is kept of the rest. */
export interface MintedToken {
  readonly keyId: string;
  readonly maskedToken: string;
  readonly tokenHash: string;
  readonly pepperVersion: string;
}

/**
 * The record of a new key, or a Problem: 403 where the organization or its plan may not have it,
 * 400 for an unknown product or scope. `key_limit_reached` is decided by the store, in the transaction.
 */
export function issue(options: {
  request: IssueKeyRequest;
  organization: StoredOrganization;
  principal: Principal;
  config: Config;
  minted: MintedToken;
  createdBy: Actor;
  nowMs: number;
}): KeyRecord {
  const { request, organization, config, minted, nowMs } = options;
  assertMayIssue(organization, config);
  assertProduct(request, organization, config);
  assertScopes({ ...options, product: request.product, scopes: request.scopes });
  const rotateBy = request.rotateBy ?? null;
  if (rotateBy !== null) assertFuture('rotateBy', rotateBy, nowMs);
  return {
    id: minted.keyId,
    organizationId: organization.id,
    name: request.name,
    description: request.description ?? null,
    product: request.product,
    environment: request.environment,
    scopes: request.scopes,
    active: request.active ?? true,
    maskedToken: minted.maskedToken,
    owner: request.owner ?? null,
    tags: request.tags ?? {},
    createdAt: toIso(nowMs),
    createdBy: options.createdBy,
    updatedAt: toIso(nowMs),
    version: 1,
    expiresAt: resolveExpiry(request, organization.policy, nowMs),
    rotateBy,
    allowedIps: request.allowedIps ?? null,
    rateLimit: request.rateLimit ?? null,
    ...neverRotatedNorRevoked,
    tokenHash: minted.tokenHash,
    pepperVersion: minted.pepperVersion,
    expirySetAt: toIso(nowMs),
    graceEndsAt: null,
    limitedAs: null,
    countsTowardPlan: true,
  };
}

export const neverRotatedNorRevoked = {
  replaces: null,
  replacedBy: null,
  revokedAt: null,
  revokedBy: null,
  revocationReason: null,
  revocationComment: null,
} as const;

/** 403 while the organization is not approved or its plan has no machine access. */
export function assertMayIssue(organization: StoredOrganization, config: Config): void {
  if (organization.status === 'suspended') {
    throw new Problem('organization_suspended', 'The organization is suspended; no keys are issued.');
  }
  if (organization.status !== 'approved') {
    throw new Problem('organization_not_approved', 'The organization is not approved yet; no keys are issued.');
  }
  if (config.plans[organization.plan]?.machineAccess !== true) {
    throw new Problem('plan_lacks_m2m', `The plan ${organization.plan} has no machine access.`);
  }
}

function assertProduct(request: IssueKeyRequest, organization: StoredOrganization, config: Config): void {
  const { product } = request;
  if (product === managementProduct) {
    if (request.environment !== 'live') throw invalidField('environment', 'Management keys are of the environment live.');
    return;
  }
  if (!Object.hasOwn(config.products, product)) {
    const known = [managementProduct, ...Object.keys(config.products)].join(', ');
    throw invalidField('product', `Product must be one of ${known}, got ${JSON.stringify(product)}.`);
  }
  if (!organization.products.includes(product)) {
    throw new Problem('product_not_enabled', `The product ${product} is not enabled for the organization.`);
  }
}

/** 400 for a scope that the product does not declare; 403 for a permission that the principal does not hold. */
export function assertScopes(options: {
  product: string;
  scopes: readonly string[];
  organization: StoredOrganization;
  principal: Principal;
  config: Config;
  /** Scopes that the key has already, which are not asked about again. */
  had?: readonly string[];
}): void {
  const { product, scopes, principal, had = [] } = options;
  const declared = declaredScopes(product, options.organization.isOperator, options.config);
  for (const [index, scope] of scopes.entries()) {
    if (!Object.hasOwn(declared, scope) && !had.includes(scope)) {
      const known = Object.keys(declared).join(', ');
      throw invalidField(`scopes[${index}]`, `Scope must be one of ${known}, got ${JSON.stringify(scope)}.`);
    }
  }
  if (product === managementProduct) assertHolds(principal, scopes.filter((scope) => !had.includes(scope)));
}

/** 400 for a time that has passed. */
export function assertFuture(field: string, at: string, nowMs: number): void {
  if (Date.parse(at) <= nowMs) throw invalidField(field, `${field} must lie in the future, got ${at}.`);
}

function declaredScopes(product: string, isOperator: boolean, config: Config): Readonly<Record<string, string>> {
  if (product === managementProduct) return managementScopes(isOperator);
  return config.products[product]?.scopes ?? {};
}
