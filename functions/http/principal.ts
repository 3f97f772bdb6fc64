import type { APIGatewayProxyEvent } from 'aws-lambda';
import { hasPermission } from '../../shared/access/principal.ts';
import type { Principal } from '../../shared/access/principal.ts';
import type { Route } from '../../shared/api/route.ts';
import { Problem } from '../../shared/errors/problems.ts';

/** The principal as the management authorizer hands it over; `public` routes have nobody. */
export const nobody: Principal = {
  type: 'management_key',
  id: 'nobody',
  name: 'nobody',
  organizationId: '',
  isOperator: false,
  role: null,
  permissions: [],
};

/** Writes a principal into authorizer context values; free text is percent-encoded by the caller. */
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
    id: text('principalKeyId'),
    name: decodeURIComponent(text('principalName')),
    organizationId: text('organizationId'),
    isOperator: text('isOperator') === 'true',
    role: text('role') || null,
    permissions: text('permissions').split(' ').filter(Boolean),
  };
}

/** The one place where permissions are checked. */
export function assertPermission(principal: Principal, route: Route): void {
  const { permission } = route;
  if (permission === 'any' || permission === 'public' || hasPermission(principal, permission)) return;
  throw new Problem('missing_permission', `You lack the permission ${permission}.`, { extras: { missing: [permission] } });
}
