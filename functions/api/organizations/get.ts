import { etagOf } from '../../http/etag.ts';
import type { RouteHandler } from '../../http/request.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { viewOrganization } from './stores.ts';

/** `GET /organizations/{organizationId}`. */
export const getOrganization: RouteHandler<'getOrganization'> = async ({ params }) => {
  const organization = await loadOrganization(params);
  return { status: 200, body: await viewOrganization(organization), headers: { ETag: etagOf(organization) } };
};
