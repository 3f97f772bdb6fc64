import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathParameters } from '../../shared/api/route.ts';
import type { Route } from '../../shared/api/route.ts';
import { routes } from '../../shared/api/routes.ts';
import { expectProblem } from '../support/problems.ts';
import { StoreCounter } from '../support/storeCounter.ts';
import { useSystem } from '../support/system.ts';

let counter: StoreCounter | undefined;
beforeAll(async () => {
  counter = await StoreCounter.start();
});
afterAll(() => counter?.close());
const system = useSystem(() => ({ dynamoEndpoint: counter?.endpoint }));

const bodies: Readonly<Record<string, object>> = {
  updateOrganization: { policy: { requirePin: true } },
  issueKey: { name: 'K', product: 'orders', environment: 'live', scopes: [] },
  updateKey: { name: 'New' },
  revokeKey: { reason: 'retired' },
  inviteMember: { email: 'new@example.com', role: 'developer' },
  updateMember: { name: 'New' },
  putRole: { permissions: [] },
  setPin: { pin: '493027' },
  verifyPin: { pin: '493027' },
};

const permissions = 'organization:read organization:write keys:read keys:write keys:revoke keys:verify usage:read events:read members:read members:write roles:write'.split(' ');

// What no id and no name could be: odd, other people's notation, too long, next to nothing.
const malformed = ['key_', '~', '0', '%20', '%00', 'KEY%23key_1', 'a%2Fb', '%22%7D', '%F0%9F%98%80', 'x'.repeat(200), 'x'.repeat(201), 'x'.repeat(3_000), '__proto__'];
const malformedForMost = ['%20', 'KEY%23key_1', 'x'.repeat(3_000)];

interface Ids {
  readonly organizationId: string;
  readonly keyId: string;
  readonly memberId: string;
  readonly name: string;
}
let own: Ids;
let foreign: Ids;
const never: Ids = { organizationId: 'org_000000000000', keyId: 'key_000000000000', memberId: 'mem_000000000000', name: 'never-was' };
let callers: Record<string, string> = {};

/** An organization with a key, a member and a role. */
async function furnished(name: string): Promise<Ids & { superadmin: string; key: string }> {
  const { id: organizationId, keysPath, keyId, token: key } = await system().tenant({}, permissions);
  const { key: made } = await system().issue({}, keysPath);
  await system().call('PUT', `/organizations/${organizationId}/roles/${name}`, { body: { permissions: [] } });
  const { token, memberId } = await system().join(organizationId, 'superadmin');
  expect(keyId).not.toBe(made.id);
  return { organizationId, keyId: made.id, memberId, name, superadmin: token, key };
}

beforeAll(async () => {
  const { superadmin, key, ...ids } = await furnished('ours');
  own = ids;
  foreign = await furnished('theirs');
  const operators = await system().join(system().organizationId, 'superadmin');
  callers = { member: superadmin, key, root: system().rootToken, operator: operators.token };
});

function fill(route: Route, ids: Readonly<Record<string, string>>): string {
  return pathParameters(route.path).reduce((path, name) => path.replace(`{${name}}`, ids[name] ?? ''), route.path);
}

/** Routes by the names in their paths; defining a role is making what was not there. */
const named = Object.entries<Route>(routes).flatMap(([id, route]) =>
  pathParameters(route.path)
    .filter((name) => !(id === 'putRole' && name === 'name'))
    .map((name) => [id, name as keyof Ids, route] as const),
);

/** An answer without what names its request, and what it asked of the store. */
async function ask(options: { id: string; route: Route; name: keyof Ids; token: string; value: string }) {
  const { id, route, name, token, value } = options;
  // What follows the changes of the last test reads the store too.
  await system().platform.settled();
  const call = () => system().call(route.method, fill(route, { ...own, [name]: value }), { token, body: bodies[id] });
  // Three times, and the one between counts: an authorizer reads an organization's state again every ten seconds, and
  // of two reads at once the later may come after the answer, and be counted with the next.
  const [first, second, third] = [await counter?.requestsOf(call), await counter?.requestsOf(call), await counter?.requestsOf(call)];
  if (!first || !second || !third) throw new Error('The store is not counted.');
  const { answer } = third;
  const [, asked = []] = [first.asked, second.asked, third.asked].toSorted((one, other) => one.length - other.length);
  expectProblem(answer, 404, 'not_found');
  const { instance: _instance, ...body } = answer.body;
  return { body, headers: [...answer.headers.keys()].sort(), asked };
}

describe('a name in a path that is not there for the caller', () => {
  it.each(named)('%s by %s: another organization’s, one that never was and one that could not be are the same 404, at the same cost', async (id, name, route) => {
    const seesAll = name === 'organizationId' && !route.isForMembers ? ['root', 'operator'] : [];
    for (const [caller, token] of Object.entries(callers)) {
      // A key is no member, whichever organization it asks about; and the operator's members have no PIN elsewhere.
      if (route.isForMembers && ['key', 'root'].includes(caller)) continue;
      const options = { id, route, name, token };
      const reference = await ask({ ...options, value: never[name] });
      expect(reference.body).toEqual({
        type: 'https://gatewarden.dev/errors/not_found',
        title: 'Not found',
        status: 404,
        detail: 'There is nothing here, or nothing that you may see.',
        code: 'not_found',
      });
      const values = [...(seesAll.includes(caller) ? [] : [foreign[name]]), ...(caller === 'member' ? malformed : malformedForMost)];
      for (const value of values) expect(await ask({ ...options, value }), `${caller} asks for ${value.slice(0, 40)}`).toEqual(reference);
    }
  });

  it('covers every route with a name in its path', () => {
    expect(new Set(named.map(([id]) => id)).size).toBe(Object.values<Route>(routes).filter(({ path }) => path.includes('{')).length);
  });
});

describe('a name in a path that is empty', () => {
  it.each(['/organizations//keys', '/organizations//members/x'])('%s is the same 404', async (path) => {
    const answer = await system().call('GET', path);
    expectProblem(answer, 404, 'not_found');
    expect(answer.body.detail).toBe('There is nothing here, or nothing that you may see.');
  });
});

describe('a member of the operator’s organization', () => {
  it('acts in another one at the cost of one read more than at home: nothing is bound anew', async () => {
    const ask = async (organizationId: string) => {
      const read = () => system().call('GET', `/organizations/${organizationId}/keys?limit=1`, { token: callers['operator'] ?? '' });
      const result = await counter?.requestsOf(read);
      expect(result?.answer.status).toBe(200);
      return result?.asked;
    };
    expect(await ask(system().organizationId)).toEqual(['GetItem', 'GetItem', 'GetItem', 'Query', 'Query']);
    expect(await ask(foreign.organizationId)).toEqual(['GetItem', 'GetItem', 'GetItem', 'Query', 'Query', 'Query']);
  });
});
