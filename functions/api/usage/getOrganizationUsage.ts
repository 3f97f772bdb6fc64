import { resolveRange } from '../../../shared/usage/query.ts';
import { summarize } from '../../../shared/usage/summarize.ts';
import type { RouteHandler } from '../../http/request.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { usage } from './stores.ts';

/** `GET …/usage`: of all keys that the organization has or had. */
export const getOrganizationUsage: RouteHandler<'getOrganizationUsage'> = async ({ params, query, nowMs }) => {
  const range = resolveRange(query, nowMs);
  const { id } = await loadOrganization(params);
  return { status: 200, body: summarize(await usage.hours(id, range), range) };
};
