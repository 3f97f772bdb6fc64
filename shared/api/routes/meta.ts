import * as z from 'zod';
import { allPermissions } from '../../access/permissions.ts';
import { planSchema, productSchema } from '../../config/config.ts';
import type { Route } from '../route.ts';

const whoamiSchema = z
  .strictObject({
    principal: z.strictObject({ type: z.enum(['management_key', 'member']), id: z.string(), name: z.string() }),
    organization: z.strictObject({ id: z.string(), name: z.string(), status: z.string(), isOperator: z.boolean() }),
    role: z.string().nullable(),
    permissions: z.array(z.enum(allPermissions)),
  })
  .meta({ id: 'Whoami' });

const catalogSchema = z
  .strictObject({
    plans: z.array(planSchema.extend({ id: z.string() })),
    products: z.array(productSchema.extend({ id: z.string() })),
    expiryPresetsDays: z.array(z.int()),
    environments: z.array(z.string()),
    revocationReasons: z.array(z.string()),
    limits: z.strictObject({
      maxBodyBytes: z.int(),
      maxExpiryDays: z.int(),
      maxGracePeriodHours: z.int(),
      maxTags: z.int(),
      maxAllowedIps: z.int(),
    }),
  })
  .meta({ id: 'Catalog' });

/** Who am I, and what is there. */
export const metaRoutes = {
  whoami: {
    method: 'GET',
    path: '/whoami',
    function: 'meta',
    permission: 'any',
    summary: 'Who the caller is and what they may do',
    responses: { 200: { description: 'The principal', schema: whoamiSchema } },
    problems: [],
    access: { reads: ['organizations'] },
  },
  catalog: {
    method: 'GET',
    path: '/catalog',
    function: 'meta',
    permission: 'any',
    summary: 'Plans, products, scopes, expiry presets and limits',
    responses: { 200: { description: 'The catalog', schema: catalogSchema } },
    problems: [],
    access: {},
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    function: 'meta',
    permission: 'public',
    summary: 'This document',
    responses: { 200: { description: 'OpenAPI 3.1' } },
    problems: [],
    access: {},
  },
} as const satisfies Record<string, Route>;
