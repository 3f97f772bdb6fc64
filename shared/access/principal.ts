import type { Actor } from '../keys/key.ts';
import { notFound, Problem } from '../errors/problems.ts';
import type { Permission } from './permissions.ts';

/** Who is calling the management API. */
export interface Principal {
  readonly type: 'management_key' | 'member';
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly isOperator: boolean;
  /** Null for a management key, whose scopes are its permissions. */
  readonly role: string | null;
  readonly permissions: readonly string[];
  /** The sign-in that a member's requests come from, since the member last changed; null for a management key. */
  readonly sessionId: string | null;
  /** Of the principal's own organization, at most 10 s old for a management key. */
  readonly organizationStatus: string;
}

export function hasPermission(principal: Principal, permission: Permission): boolean {
  return principal.permissions.includes(permission);
}

export function toActor(principal: Principal): Actor {
  return { type: principal.type, id: principal.id, name: principal.name };
}

/** Nobody can grant a permission that they do not hold, nor get hold of a key that carries one. */
export function assertHolds(principal: Principal, permissions: readonly string[]): void {
  const missing = [...new Set(permissions)].filter((permission) => !principal.permissions.includes(permission));
  if (missing.length > 0) {
    throw new Problem('scope_not_held', `You do not hold ${missing.join(', ')}.`, { extras: { missing } });
  }
}

/**
 * Whether the principal may act in an organization: its own, or any for the operator's principals that hold
 * `organizations:read` (`organizations:write` to change something). Everyone else gets the 404 of an unknown id.
 */
export function assertMayActIn(principal: Principal, organizationId: string, intent: 'read' | 'write'): void {
  if (principal.organizationId === organizationId) return;
  if (principal.isOperator && hasPermission(principal, `organizations:${intent}`)) return;
  throw notFound();
}
