import type { Route } from './route.ts';
import { eventRoutes } from './routes/events.ts';
import { keyRoutes } from './routes/keys.ts';
import { memberRoutes } from './routes/members.ts';
import { metaRoutes } from './routes/meta.ts';
import { organizationRoutes } from './routes/organizations.ts';
import { usageRoutes } from './routes/usage.ts';

/** The one route table: resources, grants, the OpenAPI document and the contract tests derive from it. */
export const routes = {
  ...metaRoutes,
  ...organizationRoutes,
  ...keyRoutes,
  ...eventRoutes,
  ...memberRoutes,
  ...usageRoutes,
} as const satisfies Record<string, Route>;

export type RouteId = keyof typeof routes;
