import { Problem } from '../../../shared/errors/problems.ts';
import { keysTableStores } from '../../dependencies.ts';
import type { RouteHandler } from '../../http/request.ts';

const { organizations } = keysTableStores();

/** `GET /whoami`. */
export const whoami: RouteHandler<'whoami'> = async ({ principal }) => {
  const organization = await organizations.get(principal.organizationId);
  if (!organization) throw new Problem('internal_error', 'The organization of the caller is not there.');
  const { type, id, name, role, permissions } = principal;
  return {
    status: 200,
    body: {
      principal: { type, id, name },
      organization: {
        id: organization.id,
        name: organization.name,
        status: organization.status,
        isOperator: organization.isOperator,
      },
      role,
      permissions,
    },
  };
};
