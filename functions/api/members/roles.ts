import { assertHolds } from '../../../shared/access/principal.ts';
import { notFound, Problem } from '../../../shared/errors/problems.ts';
import { assertCustom, putRole as decide } from '../../../shared/roles/put.ts';
import type { Answer, RouteHandler } from '../../http/request.ts';
import { changeUntilWritten } from '../change.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { stores } from './load.ts';

/** `GET …/roles`: all in one page; there are few. */
export const listRoles: RouteHandler<'listRoles'> = async ({ params }) => {
  const { id, isOperator } = await loadOrganization(params);
  return { status: 200, body: { items: await stores.roles.list(id, isOperator), nextCursor: null } };
};

/** `GET …/roles/{name}`. */
export const getRole: RouteHandler<'getRole'> = async ({ params }) => {
  const { id, isOperator } = await loadOrganization(params);
  const role = await stores.roles.get(id, params['name'] ?? '', isOperator);
  if (!role) throw notFound();
  return { status: 200, body: role };
};

/** `PUT …/roles/{name}`: takes effect on the next request of whoever holds it. */
export const putRole: RouteHandler<'putRole'> = async ({ params, body, principal, context }) => {
  const { organizationId = '', name = '' } = params;
  return changeUntilWritten<Answer>({ events: stores.events, organizationId, context }, async () => {
    const { isOperator } = await loadOrganization(params);
    const current = await stores.roles.get(organizationId, name, isOperator);
    const { role, changes } = decide({ name, request: body, current, principal, isOperator });
    const answer = { status: current ? 200 : 201, body: role };
    if (current && current.permissions.join() === role.permissions.join()) return { answer };
    return {
      writes: [stores.roles.put(organizationId, role, current)],
      drafts: [{ type: current ? 'role.updated' : 'role.created', changes }],
      result: answer,
    };
  });
};

/** `DELETE …/roles/{name}`: only a role that nobody holds. */
export const deleteRole: RouteHandler<'deleteRole'> = async ({ params, principal, context }) => {
  const { organizationId = '', name = '' } = params;
  const onRefused = (refusedBy: string): void => {
    if (refusedBy === 'holders') throw new Problem('role_in_use', `Members hold the role ${name}; give them another one first.`);
  };
  await changeUntilWritten({ events: stores.events, organizationId, context, onRefused }, async () => {
    const { isOperator } = await loadOrganization(params);
    assertCustom(name);
    const role = await stores.roles.get(organizationId, name, isOperator);
    if (!role) throw notFound();
    assertHolds(principal, role.permissions);
    return {
      writes: stores.roles.remove(organizationId, name),
      drafts: [{ type: 'role.removed', changes: [{ field: `roles.${name}`, from: role.permissions, to: null }] }],
      result: undefined,
    };
  });
  return { status: 204, body: undefined };
};
