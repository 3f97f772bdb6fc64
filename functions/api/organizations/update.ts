import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import type { Write } from '../../../shared/table.ts';
import { updateOrganization as decide } from '../../../shared/organizations/update.ts';
import { config } from '../../config.ts';
import { assertMatches, etagOf } from '../../http/etag.ts';
import type { RouteHandler } from '../../http/request.ts';
import { changeUntilWritten } from '../change.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { stores, viewOrganization } from './stores.ts';

/** `PATCH /organizations/{organizationId}`. A request that changes nothing is a 200 without an event. */
export const updateOrganization: RouteHandler<'updateOrganization'> = async (request) => {
  const { params, headers, body, principal, context, nowMs } = request;
  const organizationId = params['organizationId'] ?? '';
  const updated = await changeUntilWritten<StoredOrganization>({ events: stores.events, organizationId, context, isUrgent: body.status === 'suspended' }, async () => {
    const organization = await loadOrganization(params);
    assertMatches(headers['if-match'], organization);
    const decision = decide({ organization, request: body, principal, config, nowMs });
    if (decision.kind === 'unchanged') return { answer: organization };
    const { next, eventType: type, changes } = decision;
    return { writes: [...stores.organizations.replace(organization, next), ...(await liftBounces(organization, next))], drafts: [{ type, changes }], result: next };
  });
  return { status: 200, body: await viewOrganization(updated), headers: { ETag: etagOf(updated) } };
};

/** An address that is named anew is mailed again, unless its owner has complained or it has bounced three times. */
async function liftBounces(before: StoredOrganization, after: StoredOrganization): Promise<Write[]> {
  const added = after.policy.noticeEmails.filter((email) => !before.policy.noticeEmails.includes(email));
  return (await stores.suppressions.liftable(added)).map((email) => stores.suppressions.lift(email));
}
