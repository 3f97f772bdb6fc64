import type { RateLimit } from '../config/config.ts';

/** The part of a key's record that a verification looks at. */
export interface VerificationRecord {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly product: string;
  readonly environment: string;
  readonly scopes: readonly string[];
  readonly active: boolean;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly allowedIps: readonly string[] | null;
  readonly rateLimit: RateLimit | null;
  /** Id that its limits are counted under: of the first key of its line of rotations. */
  readonly limitedAs: string;
  readonly tokenHash: string;
  readonly pepperVersion: string;
}

/**
 * Reads a stored item by hand: the authorizers do without a schema library, whose loading would be a good part
 * of their cold start. Throws on a field that is absent or of another type, so that a damaged record is a refusal.
 */
export function parseVerificationRecord(item: Readonly<Record<string, unknown>>): VerificationRecord {
  return {
    id: text(item, 'id'),
    name: text(item, 'name'),
    organizationId: text(item, 'organizationId'),
    product: text(item, 'product'),
    environment: text(item, 'environment'),
    scopes: texts(item, 'scopes'),
    active: item['active'] === true,
    expiresAt: item['expiresAt'] === null ? null : text(item, 'expiresAt'),
    revokedAt: item['revokedAt'] === null ? null : text(item, 'revokedAt'),
    allowedIps: item['allowedIps'] === null ? null : texts(item, 'allowedIps'),
    rateLimit: item['rateLimit'] === null ? null : rateLimit(item),
    // Absent in records of an earlier version.
    limitedAs: typeof item['limitedAs'] === 'string' ? item['limitedAs'] : text(item, 'id'),
    tokenHash: text(item, 'tokenHash'),
    pepperVersion: text(item, 'pepperVersion'),
  };
}

/** What a verification needs of an organization; at most 10 s old where it is cached. */
export interface OrganizationState {
  readonly id: string;
  readonly status: string;
  readonly plan: string;
  readonly products: readonly string[];
  readonly isOperator: boolean;
}

export function parseOrganizationState(item: Readonly<Record<string, unknown>>): OrganizationState {
  return {
    id: text(item, 'id'),
    status: text(item, 'status'),
    plan: text(item, 'plan'),
    products: texts(item, 'products'),
    isOperator: item['isOperator'] === true,
  };
}

type Item = Readonly<Record<string, unknown>>;

function text(item: Item, field: string): string {
  const value = item[field];
  if (typeof value !== 'string') throw unreadable(field);
  return value;
}

function texts(item: Item, field: string): readonly string[] {
  const value = item[field];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) throw unreadable(field);
  return value;
}

function rateLimit(item: Item): RateLimit {
  const value = item['rateLimit'];
  if (typeof value === 'object' && value !== null && 'limit' in value && 'windowSec' in value) {
    const { limit, windowSec } = value;
    if (typeof limit === 'number' && typeof windowSec === 'number') return { limit, windowSec };
  }
  throw unreadable('rateLimit');
}

function unreadable(field: string): Error {
  return new Error(`The stored record has no readable "${field}".`);
}
