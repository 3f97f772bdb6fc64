import { isDeepStrictEqual } from 'node:util';
import { hasPermission } from '../access/principal.ts';
import type { Principal } from '../access/principal.ts';
import type { Config } from '../config/config.ts';
import { invalidField } from '../errors/invalidField.ts';
import { Problem } from '../errors/problems.ts';
import type { Change, EventType } from '../events/event.ts';
import { toIso } from '../time.ts';
import { assertPlan, assertProducts } from './create.ts';
import type { StoredOrganization } from './organization.ts';
import { changePolicy } from './policy.ts';
import type { UpdateOrganizationRequest } from './requests.ts';

export type UpdateOrganizationDecision =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'changed';
      readonly next: StoredOrganization;
      readonly eventType: EventType;
      readonly changes: readonly Change[];
    };

const operatorFields = ['name', 'status', 'plan', 'products'] as const;
const recorded = [...operatorFields, 'policy'] as const;

/**
 * An organization with some fields changed: `policy` by whoever holds `organization:write`, the rest by the operator
 * alone. 403 for a field that is not the principal's, 409 for a status that cannot be reached.
 */
export function updateOrganization(options: {
  organization: StoredOrganization;
  request: UpdateOrganizationRequest;
  principal: Principal;
  config: Config;
  nowMs: number;
}): UpdateOrganizationDecision {
  const { organization, request, config } = options;
  assertMayChange(options);
  if (request.plan !== undefined) assertPlan(request.plan, config);
  if (request.plan !== undefined) assertOperatorsPlan(organization, request.plan, config);
  if (request.products !== undefined) assertProducts(request.products, config);
  const status = request.status ?? organization.status;
  assertReachable(organization, status);
  const next: StoredOrganization = {
    ...organization,
    name: request.name ?? organization.name,
    status,
    plan: request.plan ?? organization.plan,
    products: request.products ?? organization.products,
    policy: changePolicy(organization.policy, request.policy ?? {}),
  };
  const changes = recorded
    .map((field) => ({ field, from: organization[field], to: next[field] }))
    .filter(({ from, to }) => !isDeepStrictEqual(from, to));
  if (changes.length === 0) return { kind: 'unchanged' };
  return {
    kind: 'changed',
    next: { ...next, updatedAt: toIso(options.nowMs), version: organization.version + 1 },
    eventType: eventTypeOf(organization, next),
    changes,
  };
}

function assertMayChange({ request, principal }: Parameters<typeof updateOrganization>[0]): void {
  const asksOperator = operatorFields.some((field) => request[field] !== undefined);
  const missing = [
    ...(asksOperator && !(principal.isOperator && hasPermission(principal, 'organizations:write')) ? ['organizations:write'] : []),
    ...(request.policy !== undefined && !hasPermission(principal, 'organization:write') ? ['organization:write'] : []),
  ];
  if (missing.length > 0) {
    throw new Problem('missing_permission', `You lack the permission ${missing.join(', ')}.`, { extras: { missing } });
  }
}

/** 400 for a plan of the operator's own organization that refuses its keys, the root key with them: nobody could undo it. */
function assertOperatorsPlan({ isOperator }: StoredOrganization, plan: string, { plans }: Config): void {
  if (!isOperator || plans[plan]?.machineAccess === true) return;
  throw invalidField('plan', `The plan of the operator's organization must have machine access, which ${plan} has not.`);
}

/** pending → approved ⇄ suspended; the operator's own organization stays approved, or nobody could approve anything. */
function assertReachable(organization: StoredOrganization, status: StoredOrganization['status']): void {
  const { status: from } = organization;
  if (status === from) return;
  const reachable = { pending: ['approved'], approved: ['suspended'], suspended: ['approved'] }[from];
  if (reachable.includes(status) && !organization.isOperator) return;
  const detail = organization.isOperator
    ? `The organization of the operator stays approved; it cannot become ${status}.`
    : `From ${from}, an organization can become ${reachable.join(' or ')}, not ${status}.`;
  throw new Problem('status_not_reachable', detail);
}

function eventTypeOf(before: StoredOrganization, after: StoredOrganization): EventType {
  if (before.status === after.status) return 'organization.updated';
  return after.status === 'suspended' ? 'organization.suspended' : 'organization.approved';
}
