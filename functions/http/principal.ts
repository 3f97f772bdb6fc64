import type { APIGatewayProxyEvent } from 'aws-lambda';
import { hasPermission } from '../../shared/access/principal.ts';
import type { Principal } from '../../shared/access/principal.ts';
import type { Route } from '../../shared/api/route.ts';
import { Problem } from '../../shared/errors/problems.ts';

/** Who calls a `public` route: nobody is asked. */
export const nobody: Principal = {
  type: 'management_key',
  id: 'nobody',
  name: 'nobody',
  organizationId: '',
  isOperator: false,
  role: null,
  permissions: [],
  sessionId: null,
  organizationStatus: '',
};

/** The principal of a request that has passed the management authorizer. */
export function readPrincipal(event: APIGatewayProxyEvent): Principal {
  const context: Record<string, unknown> = event.requestContext.authorizer ?? {};
  const text = (name: string): string => {
    const value = context[name];
    // Behind the authorizer this cannot be; without it, nothing may be taken for granted.
    if (typeof value !== 'string') throw new Error(`The authorizer's context has no "${name}".`);
    return value;
  };
  return {
    type: text('principalType') === 'member' ? 'member' : 'management_key',
    id: text('principalRef'),
    name: decodeURIComponent(text('principalName')),
    organizationId: text('organizationId'),
    isOperator: text('isOperator') === 'true',
    role: text('role') || null,
    permissions: text('permissions').split(' ').filter(Boolean),
    sessionId: text('sessionId') || null,
    organizationStatus: text('organizationStatus'),
  };
}

/**
 * The one place where permissions are checked. Throws 403: the permission is missing, the route is for members, or
 * the principal's organization is suspended, which leaves it reading.
 */
export function assertMayCall(principal: Principal, route: Route): void {
  if (route.permission === 'public') return;
  if (route.isForMembers && principal.type !== 'member') {
    throw new Problem('members_only', 'Only a signed-in member can do this; a management key stands for no person.');
  }
  assertPermission(principal, route);
  if (route.method !== 'GET' && principal.organizationStatus === 'suspended') {
    throw new Problem('organization_suspended', 'Your organization is suspended; you can read, but change nothing.');
  }
}

function assertPermission(principal: Principal, { permission, orPermission }: Route): void {
  if (permission === 'any' || permission === 'public' || hasPermission(principal, permission)) return;
  if (orPermission && hasPermission(principal, orPermission)) return;
  throw new Problem('missing_permission', `You lack the permission ${permission}.`, { extras: { missing: [permission] } });
}
