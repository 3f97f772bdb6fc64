import { allPermissions } from '../access/permissions.ts';
import { managementProduct } from '../config/managementProduct.ts';
import { neverRotatedNorRevoked } from '../keys/issue.ts';
import type { MintedToken } from '../keys/issue.ts';
import type { Actor, KeyRecord } from '../keys/key.ts';
import { defaultPolicy } from '../organizations/organization.ts';
import type { StoredOrganization } from '../organizations/organization.ts';
import { toIso } from '../time.ts';

/** Who did what the deployment itself does. */
export const bootstrapActor: Actor = { type: 'system', id: 'bootstrap', name: 'Deployment' };

/** The operator's organization, which exists from the first deployment on: approved, all products enabled. */
export function operatorOrganization(options: {
  id: string;
  name: string;
  plan: string;
  products: readonly string[];
  noticeDays: readonly number[];
  nowMs: number;
}): StoredOrganization {
  const at = toIso(options.nowMs);
  return {
    id: options.id,
    name: options.name,
    status: 'approved',
    plan: options.plan,
    products: [...options.products],
    policy: { ...defaultPolicy, noticeDays: [...options.noticeDays] },
    createdAt: at,
    updatedAt: at,
    version: 1,
    isOperator: true,
  };
}

/** The root management key: every permission, and no expiry that could lock the operator out. */
export function rootKey(options: { organizationId: string; minted: MintedToken; generation: number; nowMs: number }): KeyRecord {
  const { minted, nowMs } = options;
  return {
    id: minted.keyId,
    organizationId: options.organizationId,
    name: `Root management key ${options.generation}`,
    description: 'Made by the deployment; its token is in Secrets Manager.',
    product: managementProduct,
    environment: 'live',
    scopes: [...allPermissions],
    active: true,
    maskedToken: minted.maskedToken,
    owner: null,
    tags: {},
    createdAt: toIso(nowMs),
    createdBy: bootstrapActor,
    updatedAt: toIso(nowMs),
    version: 1,
    expiresAt: null,
    rotateBy: null,
    allowedIps: null,
    rateLimit: null,
    ...neverRotatedNorRevoked,
    tokenHash: minted.tokenHash,
    pepperVersion: minted.pepperVersion,
    expirySetAt: null,
    graceEndsAt: null,
    limitedAs: null,
    countsTowardPlan: true,
  };
}
