import { usageQuery } from '../../usage/query.ts';
import { rotationSchema } from '../../usage/rotation.ts';
import { usageSchema } from '../../usage/usage.ts';
import type { Route } from '../route.ts';

const organization = '/organizations/{organizationId}';
const key = `${organization}/keys/{keyId}` as const;
const description =
  'By the hour (at most 31 days, the last 24 hours by default) or the day (at most 400 and 30), in UTC. Hours and days without requests are left out. A request shows within seconds to minutes.';

const shared = { method: 'GET', function: 'usage', permission: 'usage:read', problems: [] } as const;

/** Who uses which key, and what is refused. */
export const usageRoutes = {
  getOrganizationUsage: {
    ...shared,
    path: `${organization}/usage`,
    summary: "Count the requests with an organization's keys",
    description,
    query: usageQuery,
    responses: { 200: { description: 'Requests by status class, refusals by code', schema: usageSchema } },
    access: { reads: ['organizations'], readsUsage: ['hours'] },
  },
  getKeyUsage: {
    ...shared,
    path: `${key}/usage`,
    summary: 'Count the requests with a key',
    description,
    query: usageQuery,
    responses: { 200: { description: 'Requests by status class, refusals by code', schema: usageSchema } },
    access: { reads: ['keys'], readsUsage: ['hours'] },
  },
  getRotation: {
    ...shared,
    path: `${key}/rotation`,
    summary: 'Whether a key that was rotated is still in use',
    description:
      'Uses of the old and the new key by the hour since the rotation (at most 31 days), and a verdict. 404 for a key that was not rotated.',
    responses: { 200: { description: 'The evidence and the verdict', schema: rotationSchema } },
    access: { reads: ['keys', 'organizations'], readsUsage: ['hours', 'lastUses'] },
  },
} as const satisfies Record<string, Route>;
