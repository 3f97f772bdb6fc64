import type { Actor } from '../keys/key.ts';
import { notFound } from '../errors/problems.ts';
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
}

export function hasPermission(principal: Principal, permission: Permission): boolean {
  return principal.permissions.includes(permission);
}

export function toActor(principal: Principal): Actor {
  return { type: principal.type, id: principal.id, name: principal.name };
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
