import { isInRanges } from '../access/addresses.ts';
import { managementProduct } from '../config/managementProduct.ts';
import type { Plan } from '../config/config.ts';
import { deriveStatus } from './status.ts';
import type { OrganizationState, VerificationRecord } from './verificationRecord.ts';

/** Refusals that are all the same 401 to a caller. */
export const authenticationRefusals = [
  'missing_key',
  'malformed_key',
  'unknown_key',
  'inactive_key',
  'expired_key',
  'revoked_key',
] as const;

/** Refusals of a genuine, living key: a 403 with the code. */
export const permissionRefusals = [
  'organization_suspended',
  'organization_not_approved',
  'plan_lacks_m2m',
  'product_not_enabled',
  'wrong_product',
  'wrong_environment',
  'ip_not_allowed',
  'insufficient_scope',
] as const;

export type AuthenticationRefusal = (typeof authenticationRefusals)[number];
export type PermissionRefusal = (typeof permissionRefusals)[number];

/** What the thing behind the key asks for; a field left out is not asked. */
export interface Demand {
  readonly product?: string | undefined;
  readonly environment?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly ip?: string | undefined;
}

export type Decision =
  | { readonly valid: true }
  | { readonly valid: false; readonly code: AuthenticationRefusal | PermissionRefusal; readonly detail: string };

/** Whether an authenticated key may pass. Details hold no quotes: gateway responses substitute them raw. */
export function decide(options: {
  key: VerificationRecord;
  organization: OrganizationState;
  plans: Readonly<Record<string, Plan>>;
  demand: Demand;
  nowMs: number;
}): Decision {
  const { key, organization, plans, demand, nowMs } = options;
  return (
    refuseByStatus(key, nowMs) ??
    refuseByOrganization(key, organization, plans) ??
    refuseByDemand(key, demand) ?? { valid: true }
  );
}

function refuseByStatus(key: VerificationRecord, nowMs: number): Decision | null {
  switch (deriveStatus(key, nowMs)) {
    case 'active':
      return null;
    case 'revoked':
      return refuse('revoked_key', 'The key is revoked.');
    case 'expired':
      return refuse('expired_key', 'The key is expired.');
    case 'inactive':
      return refuse('inactive_key', 'The key is inactive.');
  }
}

function refuseByOrganization(
  key: VerificationRecord,
  organization: OrganizationState,
  plans: Readonly<Record<string, Plan>>,
): Decision | null {
  if (organization.status === 'suspended') return refuse('organization_suspended', 'The organization of the key is suspended.');
  if (organization.status !== 'approved') return refuse('organization_not_approved', 'The organization of the key is not approved.');
  if (plans[organization.plan]?.machineAccess !== true) {
    return refuse('plan_lacks_m2m', `The plan ${organization.plan} has no machine access.`);
  }
  if (key.product !== managementProduct && !organization.products.includes(key.product)) {
    return refuse('product_not_enabled', `The product ${key.product} is not enabled for the organization of the key.`);
  }
  return null;
}

function refuseByDemand(key: VerificationRecord, demand: Demand): Decision | null {
  if (demand.product !== undefined && demand.product !== key.product) {
    return refuse('wrong_product', `The key is for the product ${key.product}, not for ${demand.product}.`);
  }
  if (demand.environment !== undefined && demand.environment !== key.environment) {
    return refuse('wrong_environment', `The key is for the environment ${key.environment}, not for ${demand.environment}.`);
  }
  // Without an address to compare, a key bound to addresses is refused.
  if (key.allowedIps !== null && !isInRanges(demand.ip ?? '', key.allowedIps)) {
    return refuse('ip_not_allowed', 'The key may not be used from this address.');
  }
  const missing = (demand.scopes ?? []).filter((scope) => !key.scopes.includes(scope));
  if (missing.length > 0) return refuse('insufficient_scope', `The key lacks the scope ${missing.join(', ')}.`);
  return null;
}

function refuse(code: AuthenticationRefusal | PermissionRefusal, detail: string): Decision {
  return { valid: false, code, detail };
}
