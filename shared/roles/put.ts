import { allPermissions } from '../access/permissions.ts';
import { assertHolds } from '../access/principal.ts';
import type { Principal } from '../access/principal.ts';
import { isBuiltInRole, isGrantable } from '../access/roles.ts';
import { invalidField } from '../errors/invalidField.ts';
import { Problem } from '../errors/problems.ts';
import type { Change } from '../events/event.ts';
import { roleName } from './role.ts';
import type { PutRoleRequest, Role } from './role.ts';

/**
 * A custom role as it will be. 400 for a permission that does not exist, 403 for one that the principal does not hold
 * (in the role as it is, too: who cannot grant a role may not shape it), 409 for a built-in role.
 */
export function putRole(options: {
  name: string;
  request: PutRoleRequest;
  current: Role | null;
  principal: Principal;
  isOperator: boolean;
}): { role: Role; changes: readonly Change[] } {
  const { name, request, current, principal } = options;
  assertCustom(name);
  if (!roleName.safeParse(name).success) {
    throw invalidField('name', 'Role name must be 1–40 lower-case letters, digits or dashes, starting with a letter.');
  }
  for (const [index, permission] of request.permissions.entries()) {
    if (!isGrantable(permission, options.isOperator)) {
      const known = allPermissions.filter((candidate) => isGrantable(candidate, options.isOperator)).join(', ');
      throw invalidField(`permissions[${index}]`, `Permission must be one of ${known}, got ${JSON.stringify(permission)}.`);
    }
  }
  assertHolds(principal, [...request.permissions, ...(current?.permissions ?? [])]);
  const role = { name, builtIn: false, permissions: request.permissions.toSorted() };
  return { role, changes: [{ field: `roles.${name}`, from: current?.permissions ?? null, to: role.permissions }] };
}

/** 409 for the four roles that are what they are. */
export function assertCustom(name: string): void {
  if (isBuiltInRole(name)) throw new Problem('role_built_in', `The role ${name} is built in and cannot be changed.`);
}
