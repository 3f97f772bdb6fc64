import { beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../shared/api/route.ts';
import { routes } from '../../shared/api/routes.ts';
import type { RouteId } from '../../shared/api/routes.ts';
import type { TestResponse } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

// Who may do what, written by hand from the contract. A column each:
//   S superadmin   A admin   D developer   V viewer   C custom role (keys:read, members:read, roles:write)
//   K management key (keys:write)   R root management key   P the operator's admin   O another organization's superadmin   N nobody
// A cell each: + done   p 403 permission missing   m 403 members only   - 404   x 401
const expected: Record<RouteId, string> = {
  //                   S A D V C K R P O N
  whoami: /*         */ '+ + + + + + + + + x',
  catalog: /*        */ '+ + + + + + + + + x',
  openapi: /*        */ '+ + + + + + + + + +',
  createOrganization: ' p p p p p p + + p x'.trim(),
  listOrganizations: /**/ 'p p p p p p + + p x',
  getOrganization: /**/ '+ + p p p p + + - x',
  updateOrganization: ' + p p p p p + + - x'.trim(),
  issueKey: /*       */ '+ + p p p + + + - x',
  listKeys: /*       */ '+ + p p + p + + - x',
  getKey: /*         */ '+ + p p + p + + - x',
  updateKey: /*      */ '+ + p p p + + + - x',
  rotateKey: /*      */ '+ + p p p + + + - x',
  revokeKey: /*      */ '+ + p p p p + + - x',
  verifyToken: /*    */ '+ + p p p p + + + x',
  listEvents: /*     */ '+ + p + p p + + - x',
  listKeyEvents: /*  */ '+ + p + p p + + - x',
  listCheckpoints: /**/ '+ + p + p p + + - x',
  getOrganizationUsage: '+ + + + p p + + - x',
  getKeyUsage: /*    */ '+ + + + p p + + - x',
  // The key was not rotated: nobody finds a rotation of it.
  getRotation: /*    */ '- - - - p p - - - x',
  listMembers: /*    */ '+ + p p + p + + - x',
  inviteMember: /*   */ '+ p p p p p + p - x',
  getMember: /*      */ '+ + p p + p + + - x',
  updateMember: /*   */ '+ p p p p p + p - x',
  removeMember: /*   */ '+ p p p p p + p - x',
  resetPin: /*       */ '+ p p p p p + p - x',
  listRoles: /*      */ '+ + p p + p + + - x',
  getRole: /*        */ '+ + p p + p + + - x',
  putRole: /*        */ '+ p p p + p + p - x',
  deleteRole: /*     */ '+ p p p + p + p - x',
  setPin: /*         */ '+ + + + + m m - - x',
  verifyPin: /*      */ '+ + + + + m m - - x',
};

// A body that no route takes: who may call it is told so with a 400, and nothing is changed.
const wrong = { 'no such field': true };

let id = '';
let credentials: (string | null)[] = [];
let made = 0;

beforeAll(async () => {
  id = await system().operator.createOrganization();
  const other = await system().operator.createOrganization();
  await system().call('PUT', `/organizations/${id}/roles/custom`, { body: { permissions: ['keys:read', 'members:read', 'roles:write'] } });
  const tokens: (string | null)[] = [];
  for (const role of ['superadmin', 'admin', 'developer', 'viewer', 'custom']) tokens.push((await system().join(id, role)).token);
  const { token } = await system().issue({ product: 'gatewarden', scopes: ['keys:write'] }, `/organizations/${id}/keys`);
  const operators = await system().join(system().organizationId, 'admin');
  const stranger = await system().join(other, 'superadmin');
  credentials = [...tokens, token, system().rootToken, operators.token, stranger.token, null];
});

/** The path of a route, each name in it that of a thing made for this call alone. */
async function freshPath(route: Route): Promise<string> {
  const inside = `/organizations/${id}`;
  made += 1;
  let path = route.path.replace('{organizationId}', id);
  if (path.includes('{keyId}')) path = path.replace('{keyId}', (await system().issue({}, `${inside}/keys`)).key.id);
  if (path.includes('{memberId}')) {
    const { body } = await system().call('POST', `${inside}/members`, { body: { email: `m${made}@example.com`, role: 'developer' } });
    path = path.replace('{memberId}', body.id);
  }
  if (path.includes('{name}')) {
    await system().call('PUT', `${inside}/roles/r${made}`, { body: { permissions: ['keys:read'] } });
    path = path.replace('{name}', `r${made}`);
  }
  return path;
}

function cellOf({ status, body }: TestResponse): string {
  const refusals: Record<string, string> = { unauthorized: 'x', missing_permission: 'p', members_only: 'm', not_found: '-' };
  if (status < 300 || body.code === 'invalid_request') return '+';
  return refusals[body.code] ?? `${status} ${body.code}`;
}

describe('who may do what', () => {
  it.each(Object.entries<Route>(routes))('%s', async (name, route) => {
    const cells: string[] = [];
    for (const token of credentials) {
      const response = await system().call(route.method, await freshPath(route), { token, body: route.body ? wrong : undefined });
      cells.push(cellOf(response));
    }
    expect(cells.join(' ')).toBe(expected[name as RouteId]);
  });
});
