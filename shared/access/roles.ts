import { allPermissions, operatorPermissions, organizationPermissions } from './permissions.ts';
import type { Permission } from './permissions.ts';

export const builtInRoles = ['superadmin', 'admin', 'developer', 'viewer'] as const;
export type BuiltInRole = (typeof builtInRoles)[number];

// Administrators run the keys; who is in the organization and under which policy is for superadmins.
const notForAdmins: readonly Permission[] = ['members:write', 'roles:write', 'organization:write'];

/** What a built-in role may do. In the operator's organization, superadmins and admins act for the whole deployment. */
export function builtInPermissions(role: BuiltInRole, isOperator: boolean): readonly Permission[] {
  const all = allPermissions.filter((permission) => isOperator || !isOperatorPermission(permission));
  switch (role) {
    case 'superadmin':
      return all;
    case 'admin':
      return all.filter((permission) => !notForAdmins.includes(permission));
    case 'developer':
      return ['usage:read'];
    case 'viewer':
      return ['events:read', 'usage:read'];
  }
}

export function isBuiltInRole(name: string): name is BuiltInRole {
  return builtInRoles.some((role) => role === name);
}

/** Whether an organization can hold the permission at all. */
export function isGrantable(permission: string, isOperator: boolean): boolean {
  return Object.hasOwn(organizationPermissions, permission) || (isOperator && isOperatorPermission(permission));
}

function isOperatorPermission(permission: string): boolean {
  return Object.hasOwn(operatorPermissions, permission);
}
