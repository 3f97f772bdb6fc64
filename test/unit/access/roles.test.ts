import { describe, expect, it } from 'vitest';
import { builtInPermissions, isBuiltInRole, isGrantable } from '../../../shared/access/roles.ts';

// Written by hand from the contract, not from the code.
const everythingInside = [
  'organization:read', 'organization:write', 'keys:read', 'keys:write', 'keys:revoke', 'keys:verify', 'usage:read', 'events:read',
  'members:read', 'members:write', 'roles:write', 'webhooks:read', 'webhooks:write',
];
const adminsInside = [
  'organization:read', 'keys:read', 'keys:write', 'keys:revoke', 'keys:verify', 'usage:read', 'events:read', 'members:read',
  'webhooks:read', 'webhooks:write',
];
const overAll = ['organizations:read', 'organizations:write'];

describe('a built-in role', () => {
  it.each([
    ['superadmin', everythingInside],
    ['admin', adminsInside],
    ['developer', ['usage:read']],
    ['viewer', ['events:read', 'usage:read']],
  ] as const)('%s may do exactly what the contract says', (role, permissions) => {
    expect([...builtInPermissions(role, false)].sort()).toEqual([...permissions].sort());
  });

  it.each([
    ['superadmin', [...everythingInside, ...overAll]],
    ['admin', [...adminsInside, ...overAll]],
    ['developer', ['usage:read']],
    ['viewer', ['events:read', 'usage:read']],
  ] as const)('%s of the operator acts for the whole deployment only where it manages at all', (role, permissions) => {
    expect([...builtInPermissions(role, true)].sort()).toEqual([...permissions].sort());
  });

  it('goes by its exact name', () => {
    expect(['superadmin', 'admin', 'developer', 'viewer'].every(isBuiltInRole)).toBe(true);
    expect(['Superadmin', 'superadmin ', '', 'owner', 'toString', '__proto__'].some(isBuiltInRole)).toBe(false);
  });
});

describe('a permission', () => {
  it('over all organizations can be granted in the operator’s alone', () => {
    expect(overAll.map((permission) => isGrantable(permission, true))).toEqual([true, true]);
    expect(overAll.map((permission) => isGrantable(permission, false))).toEqual([false, false]);
  });

  it('inside an organization can be granted in every one', () => {
    for (const permission of everythingInside) expect([isGrantable(permission, false), isGrantable(permission, true)]).toEqual([true, true]);
  });

  it.each(['', 'keys:*', '*', 'keys:READ', 'keys:read ', 'toString', '__proto__', 'constructor', 'orders:read'])('that does not exist, %j, can be granted nowhere', (name) => {
    expect([isGrantable(name, false), isGrantable(name, true)]).toEqual([false, false]);
  });
});
