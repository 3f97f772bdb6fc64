import { randomBytes } from 'node:crypto';
import { newId } from '../../../shared/ids.ts';
import { createOrganization as decide } from '../../../shared/organizations/create.ts';
import { config } from '../../config.ts';
import { changeUntilWritten } from '../change.ts';
import type { RouteHandler } from '../../http/request.ts';
import { etagOf } from '../../http/etag.ts';
import { stores, viewOrganization } from './stores.ts';

/** `POST /organizations`, for the operator. */
export const createOrganization: RouteHandler<'createOrganization'> = async ({ body, context, nowMs }) => {
  const organization = decide({ id: newId('org', randomBytes), request: body, config, nowMs });
  const { id, name, status, plan, products, policy } = organization;
  const changes = Object.entries({ name, status, plan, products, policy }).map(([field, to]) => ({ field, from: null, to }));
  await changeUntilWritten({ events: stores.events, organizationId: id, context }, async () => ({
    writes: stores.organizations.create(organization, 0),
    drafts: [{ type: 'organization.created', changes }],
    result: organization,
  }));
  const headers = { Location: `/v1/organizations/${id}`, ETag: etagOf(organization) };
  return { status: 201, body: await viewOrganization(organization), headers };
};
