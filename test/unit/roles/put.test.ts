import { describe, expect, it } from 'vitest';
import { putRole } from '../../../shared/roles/put.ts';
import { putRoleRequest } from '../../../shared/roles/role.ts';
import { problemOf } from '../problemOf.ts';
import { memberPrincipal } from '../samples.ts';

const current = { name: 'support', builtIn: false, permissions: ['keys:read'] };

function put(permissions: string[], options: { name?: string; current?: typeof current | null; held?: string[]; isOperator?: boolean } = {}) {
  const { name = 'support', held = ['roles:write', 'keys:read', 'keys:revoke'], isOperator = false } = options;
  return putRole({ name, request: putRoleRequest.parse({ permissions }), current: options.current ?? null, principal: memberPrincipal({ permissions: held }), isOperator });
}

describe('a custom role', () => {
  it('is a name and a set of permissions, kept in one order', () => {
    expect(put(['keys:revoke', 'keys:read'])).toEqual({
      role: { name: 'support', builtIn: false, permissions: ['keys:read', 'keys:revoke'] },
      changes: [{ field: 'roles.support', from: null, to: ['keys:read', 'keys:revoke'] }],
    });
    expect(put([]).role.permissions).toEqual([]);
  });

  it('grants nothing that whoever defines it does not hold, be it their own role', () => {
    const refusal = problemOf(() => put(['keys:read', 'keys:write', 'members:write'], { current }));
    expect([refusal.code, refusal.extras['missing']]).toEqual(['scope_not_held', ['keys:write', 'members:write']]);
  });

  it('that holds more than oneself cannot be cut down either', () => {
    const refusal = problemOf(() => put(['keys:read'], { current: { ...current, permissions: ['events:read', 'keys:read'] } }));
    expect([refusal.code, refusal.extras['missing']]).toEqual(['scope_not_held', ['events:read']]);
  });

  it.each(['superadmin', 'admin', 'developer', 'viewer'])('is not %s, which is built in', (name) => {
    expect(problemOf(() => put(['keys:read'], { name })).code).toBe('role_built_in');
  });

  it.each(['', 'Support', '1st', '-x', 'a_b', 'a b', 'a/b', 'über', `a${'x'.repeat(40)}`, '../x', 'HOLDERS#superadmin'])('cannot be called %j', (name) => {
    expect(problemOf(() => put(['keys:read'], { name })).extras.errors?.[0]?.path).toBe('name');
  });

  it.each(['keys:everything', 'orders:read', '__proto__', ''])('cannot hold %j, which is no permission', (permission) => {
    expect(problemOf(() => put(['keys:read', permission])).extras.errors?.[0]?.path).toBe('permissions[1]');
  });

  it('holds permissions over all organizations in the operator’s alone', () => {
    const held = ['organizations:read'];
    expect(put(['organizations:read'], { held, isOperator: true }).role.permissions).toEqual(['organizations:read']);
    expect(problemOf(() => put(['organizations:read'], { held })).code).toBe('invalid_request');
  });
});

describe('a request for a role', () => {
  it.each([{}, { permissions: 'keys:read' }, { permissions: ['keys:read', 'keys:read'] }, { permissions: [7] }, { permissions: [], name: 'x' }, { permissions: Array.from({ length: 51 }, (_, index) => `p:${index}`) }])('that says %j is refused', (body) => {
    expect(putRoleRequest.safeParse(body).success).toBe(false);
  });
});
