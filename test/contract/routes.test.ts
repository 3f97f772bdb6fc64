import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../shared/api/route.ts';
import { routes } from '../../shared/api/routes.ts';
import { assemblyDir } from '../support/assembly.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';
import { contractRoutes } from './contractRoutes.ts';

const system = useSystem();
const table = Object.entries<Route>(routes);

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** `METHOD /path` of every method that the template of the management API deploys, and how it is authorized. */
function deployed(): Map<string, unknown> {
  const template = JSON.parse(readFileSync(path.join(assemblyDir, 'Gatewarden-Api.template.json'), 'utf8')) as { Resources: Record<string, Resource> };
  const pathOf = (reference: unknown): string => {
    const { Ref } = reference as { Ref?: string };
    const resource = Ref === undefined ? undefined : template.Resources[Ref];
    return resource ? `${pathOf(resource.Properties['ParentId'])}/${String(resource.Properties['PathPart'])}` : '';
  };
  const methods = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Method');
  return new Map(
    methods.map(({ Properties }) => [`${String(Properties['HttpMethod'])} ${pathOf(Properties['ResourceId'])}`, Properties['AuthorizationType']]),
  );
}

let person: Person;
let made = 0;
beforeAll(async () => {
  person = await system().join(system().organizationId, 'superadmin');
});

/** The path of a route, its names filled in with things that exist, each for this request alone. */
async function fill(route: Route): Promise<string> {
  const organization = `/organizations/${system().organizationId}`;
  made += 1;
  const key = route.path.includes('{keyId}') ? (await system().issue()).key.id : '';
  const email = `m${made}@routes.example.com`;
  const member = route.path.includes('{memberId}') ? (await system().call('POST', `${organization}/members`, { body: { email, role: 'viewer' } })).body.id : '';
  if (route.path.includes('{name}')) await system().call('PUT', `${organization}/roles/r${made}`, { body: { permissions: [] } });
  return route.path.replace('{organizationId}', system().organizationId).replace('{keyId}', key).replace('{memberId}', member).replace('{name}', `r${made}`);
}

const bodies: Readonly<Record<string, object>> = {
  createOrganization: { name: 'Acme' },
  updateOrganization: { policy: { timeZone: 'Europe/Berlin' } },
  issueKey: { name: 'K', product: 'orders', environment: 'live', scopes: [] },
  updateKey: { name: 'New' },
  revokeKey: { reason: 'retired' },
  verifyToken: { token: 'x' },
  inviteMember: { email: 'invited@routes.example.com', role: 'viewer' },
  updateMember: { name: 'New' },
  putRole: { permissions: ['keys:read'] },
  setPin: { pin: '493027' },
  verifyPin: { pin: '493027' },
};

describe('the route table and the deployed API', () => {
  it('name the same routes, each with the authorizer but the public ones', () => {
    const expected = table.map(([, { method, path: at, permission }]) => [`${method} ${at}`, permission === 'public' ? 'NONE' : 'CUSTOM'] as const);
    expect([...deployed()].sort()).toEqual(expected.sort());
  });

  it('hold the routes of the contract', () => {
    expect(table.map(([, { method, path: at }]) => `${method} ${at}`).sort()).toEqual(contractRoutes);
  });

  it.each(table)('%s answers as it declares, and to whom it is for with success', async (id, route) => {
    const path = await fill(route);
    // There is a rotation to be seen only of a key that was rotated.
    if (id === 'getRotation') await system().call('POST', path.replace(/rotation$/, 'rotate'), { body: {} });
    const response = await system().call(route.method, path, { body: bodies[id], ...(route.isForMembers && { token: person.token }) });
    expect(Object.keys(route.responses)).toContain(String(response.status));
    expect([response.headers.get('content-type'), response.body === null]).toEqual(['application/json', response.status === 204]);
    expect(response.headers.get('x-request-id')).toMatch(/^\S{10,}$/);
    expect(response.headers.get('cache-control')).toBe(id === 'openapi' ? 'public, max-age=300' : 'no-store');
  });

  it.each(['PUT /whoami', 'DELETE /openapi.json', 'PUT /organizations', 'DELETE /organizations/x', 'GET /organizations/x/me/pin', 'POST /organizations/x/events', 'GET /keys', 'GET /', 'GET /v2/whoami', 'OPTIONS /whoami'])(
    'do not hold %s, which is a 404',
    async (unknown) => {
      const [method = '', at = ''] = unknown.split(' ');
      expectProblem(await system().call(method, at), 404, 'not_found');
    },
  );
});

describe('every route', () => {
  const guarded = table.filter(([, { permission }]) => permission !== 'public');

  it.each(guarded)('%s asks for a valid token', async (_id, route) => {
    const response = await system().call(route.method, await fill(route), { token: null });
    expectProblem(response, 401, 'unauthorized');
    expect(response.headers.get('www-authenticate')).toBe('ApiKey realm="gatewarden"');
  });

  it('that asks for a permission names it to who lacks it, before it looks at anything else', async () => {
    const { token } = await system().issue({ product: 'gatewarden', scopes: [] });
    const asked: Record<string, string> = {};
    for (const [id, route] of guarded) {
      const response = await system().call(route.method, await fill(route), { token, ...(route.body && { rawBody: '{' }) });
      if (response.body.code === 'missing_permission') asked[id] = expectProblem(response, 403, 'missing_permission').missing.join();
    }
    expect(asked).toEqual({
      createOrganization: 'organizations:write',
      listOrganizations: 'organizations:read',
      getOrganization: 'organization:read',
      updateOrganization: 'organization:write',
      issueKey: 'keys:write',
      listKeys: 'keys:read',
      getKey: 'keys:read',
      updateKey: 'keys:write',
      rotateKey: 'keys:write',
      revokeKey: 'keys:revoke',
      verifyToken: 'keys:verify',
      listEvents: 'events:read',
      listKeyEvents: 'events:read',
      listCheckpoints: 'events:read',
      getOrganizationUsage: 'usage:read',
      getKeyUsage: 'usage:read',
      getRotation: 'usage:read',
      listMembers: 'members:read',
      inviteMember: 'members:write',
      getMember: 'members:read',
      updateMember: 'members:write',
      removeMember: 'members:write',
      resetPin: 'members:write',
      listRoles: 'members:read',
      getRole: 'members:read',
      putRole: 'roles:write',
      deleteRole: 'roles:write',
    });
  });

  it('fails closed, and says nothing of itself, where the record of the caller is damaged', async () => {
    const { token, keyId } = await system().tenant();
    await system().operator.setAttribute(`KEY#${keyId}`, 'KEY', 'scopes', 7);
    for (const [id, route] of guarded) {
      const response = await system().call(route.method, await fill(route), { token, body: bodies[id] });
      expectProblem(response, 500, 'internal_error');
      expect(JSON.stringify(response.body)).not.toMatch(/scopes|at |Error:|\.mjs/);
    }
    expectProblem(await system().example(token), 500, 'internal_error');
    const lines = system().platform.logs('ManagementAuthorizer').map(({ line }) => line);
    expect(lines.some((line) => line.includes('"authorizer_failure"'))).toBe(true);
  });

  it('of a key whose record is damaged is a 500, whose reason stands in the log alone', async () => {
    const { key } = await system().issue();
    await system().operator.setAttribute(`KEY#${key.id}`, 'KEY', 'version', 'three');
    const problem = expectProblem(await system().call('GET', `${system().keysPath}/${key.id}`), 500, 'internal_error');
    expect(problem.detail).toBe('Something went wrong; the request id finds it in the log.');
    const requestId = problem.instance.slice('urn:gatewarden:request:'.length);
    const line = system().platform.logs('Keys').map((entry) => entry.line).find((text) => text.includes(requestId));
    expect(line).toContain('version');
    // Mended: what looks at the tables afterwards reads the record again.
    await system().operator.setAttribute(`KEY#${key.id}`, 'KEY', 'version', 1);
  });
});
