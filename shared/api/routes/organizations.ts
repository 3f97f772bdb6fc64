import * as z from 'zod';
import { organizationSchema, organizationStatuses } from '../../organizations/organization.ts';
import { createOrganizationRequest, updateOrganizationRequest } from '../../organizations/requests.ts';
import { pageOf, pagingQuery } from '../paging.ts';
import type { Route } from '../route.ts';
import { ifMatchHeaders } from './headers.ts';

const path = '/organizations/{organizationId}';

/** Tenants: the operator's list, and each organization's own policy. */
export const organizationRoutes = {
  createOrganization: {
    method: 'POST',
    path: '/organizations',
    function: 'organizations',
    permission: 'organizations:write',
    summary: 'Create an organization',
    description: 'For the operator. It is `pending` until it is approved.',
    body: createOrganizationRequest,
    responses: { 201: { description: 'The organization', schema: organizationSchema, headers: ['Location', 'ETag'] } },
    problems: ['request_in_progress'],
    access: { reads: ['events', 'suppressions'], writes: ['organizations', 'places', 'events', 'noticeDays'] },
  },
  listOrganizations: {
    method: 'GET',
    path: '/organizations',
    function: 'organizations',
    permission: 'organizations:read',
    summary: 'List organizations, newest first',
    description: 'For the operator.',
    query: z.strictObject({ ...pagingQuery, status: z.enum(organizationStatuses).optional() }),
    responses: { 200: { description: 'A page of organizations', schema: pageOf(organizationSchema) } },
    problems: ['invalid_cursor'],
    access: { reads: ['organizations', 'suppressions'] },
  },
  getOrganization: {
    method: 'GET',
    path,
    function: 'organizations',
    permission: 'organization:read',
    orPermission: 'organizations:read',
    summary: 'Read an organization',
    responses: { 200: { description: 'The organization; its version is the ETag', schema: organizationSchema, headers: ['ETag'] } },
    problems: [],
    access: { reads: ['organizations', 'suppressions'] },
  },
  updateOrganization: {
    method: 'PATCH',
    path,
    function: 'organizations',
    permission: 'organization:write',
    orPermission: 'organizations:write',
    // Or whoever stole a session would begin with doing away with the PIN.
    isSensitive: (body) => updateOrganizationRequest.safeParse(body).data?.policy?.requirePin === false,
    summary: 'Change an organization',
    description: 'Name, status, plan and products are the operator’s; the policy is the organization’s.',
    headers: ifMatchHeaders,
    body: updateOrganizationRequest,
    responses: { 200: { description: 'The organization as it is now', schema: organizationSchema, headers: ['ETag'] } },
    problems: ['status_not_reachable', 'version_mismatch', 'request_in_progress'],
    access: {
      reads: ['organizations', 'events', 'stepUps', 'suppressions'],
      writes: ['organizations', 'events', 'noticeDays', 'suppressions'],
    },
  },
} as const satisfies Record<string, Route>;
