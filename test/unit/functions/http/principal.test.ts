import type { APIGatewayProxyEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { assertMayCall, nobody, readPrincipal } from '../../../../functions/http/principal.ts';
import type { Route } from '../../../../shared/api/route.ts';
import { problemOf } from '../../problemOf.ts';
import { memberPrincipal, samplePrincipal } from '../../samples.ts';

function route(fields: Partial<Route> = {}): Route {
  return { method: 'POST', path: '/x', function: 'keys', permission: 'keys:write', summary: '', responses: {}, problems: [], access: {}, ...fields };
}

const context = {
  principalType: 'member',
  principalRef: 'mem_000000000001',
  principalName: 'Zo%C3%AB',
  organizationId: 'org_000000000001',
  organizationStatus: 'approved',
  isOperator: 'false',
  role: 'viewer',
  permissions: 'events:read usage:read',
  sessionId: 'session-1',
};

function eventWith(authorizer: Record<string, unknown> | null): APIGatewayProxyEvent {
  return { requestContext: { authorizer } } as unknown as APIGatewayProxyEvent;
}

describe('whoever calls', () => {
  it('is who the authorizer says', () => {
    expect(readPrincipal(eventWith(context))).toEqual({
      type: 'member',
      id: 'mem_000000000001',
      name: 'Zoë',
      organizationId: 'org_000000000001',
      isOperator: false,
      role: 'viewer',
      permissions: ['events:read', 'usage:read'],
      sessionId: 'session-1',
      organizationStatus: 'approved',
    });
  });

  it('as a management key has neither a role nor a session', () => {
    const key = readPrincipal(eventWith({ ...context, principalType: 'management_key', role: '', sessionId: '', permissions: '' }));
    expect(key).toMatchObject({ type: 'management_key', role: null, sessionId: null, permissions: [] });
  });

  it('is the operator only by the very word', () => {
    for (const isOperator of ['false', 'TRUE', '1', '']) expect(readPrincipal(eventWith({ ...context, isOperator })).isOperator).toBe(false);
  });

  it.each(Object.keys(context))('is nobody, and the call fails, where the authorizer says no %s', (name) => {
    expect(() => readPrincipal(eventWith({ ...context, [name]: undefined }))).toThrow(`no "${name}"`);
    expect(() => readPrincipal(eventWith(null))).toThrow('context');
  });
});

describe('calling a route', () => {
  it('takes its permission, and the refusal names what is missing', () => {
    expect(() => assertMayCall(samplePrincipal({ permissions: ['keys:write'] }), route())).not.toThrow();
    const refusal = problemOf(() => assertMayCall(samplePrincipal({ permissions: ['keys:read'] }), route()));
    expect([refusal.code, refusal.extras['missing']]).toEqual(['missing_permission', ['keys:write']]);
  });

  it('takes the one or the other permission where the route serves two kinds of callers', () => {
    const either = route({ method: 'GET', permission: 'organization:read', orPermission: 'organizations:read' });
    expect(() => assertMayCall(samplePrincipal({ permissions: ['organizations:read'] }), either)).not.toThrow();
    expect(() => assertMayCall(samplePrincipal({ permissions: ['organization:read'] }), either)).not.toThrow();
    expect(problemOf(() => assertMayCall(samplePrincipal({ permissions: [] }), either)).extras['missing']).toEqual(['organization:read']);
  });

  it('about oneself is for members, whatever a key may do', () => {
    const mine = route({ method: 'PUT', permission: 'any', isForMembers: true });
    expect(() => assertMayCall(memberPrincipal({ permissions: [] }), mine)).not.toThrow();
    expect(problemOf(() => assertMayCall(samplePrincipal(), mine)).code).toBe('members_only');
  });

  it.each(['POST', 'PATCH', 'PUT', 'DELETE'] as const)('to change something by %s is refused while one’s organization is suspended', (method) => {
    const suspended = memberPrincipal({ permissions: ['keys:write'], organizationStatus: 'suspended' });
    expect(problemOf(() => assertMayCall(suspended, route({ method }))).code).toBe('organization_suspended');
    expect(problemOf(() => assertMayCall(suspended, route({ method, permission: 'any' }))).code).toBe('organization_suspended');
  });

  it('to read is not, nor to change something while it is pending', () => {
    expect(() => assertMayCall(memberPrincipal({ organizationStatus: 'suspended', permissions: ['keys:read'] }), route({ method: 'GET', permission: 'keys:read' }))).not.toThrow();
    expect(() => assertMayCall(memberPrincipal({ organizationStatus: 'pending', permissions: ['keys:write'] }), route())).not.toThrow();
  });

  it('that is public takes nobody at all', () => {
    expect(() => assertMayCall(nobody, route({ method: 'GET', permission: 'public' }))).not.toThrow();
  });
});
