import type { Config } from '../config/config.ts';
import { invalidField } from '../errors/invalidField.ts';
import { toIso } from '../time.ts';
import { defaultPolicy } from './organization.ts';
import type { StoredOrganization } from './organization.ts';
import { changePolicy } from './policy.ts';
import type { CreateOrganizationRequest } from './requests.ts';

/** A new tenant: pending, on the first plan and without products, where the request names nothing else. */
export function createOrganization(options: {
  id: string;
  request: CreateOrganizationRequest;
  config: Config;
  nowMs: number;
}): StoredOrganization {
  const { request, config } = options;
  const plan = request.plan ?? Object.keys(config.plans)[0] ?? '';
  const products = request.products ?? [];
  assertPlan(plan, config);
  assertProducts(products, config);
  const at = toIso(options.nowMs);
  return {
    id: options.id,
    name: request.name,
    status: request.status ?? 'pending',
    plan,
    products,
    policy: changePolicy({ ...defaultPolicy, noticeDays: config.notices.defaultDays }, request.policy ?? {}),
    createdAt: at,
    updatedAt: at,
    version: 1,
    isOperator: false,
  };
}

/** 400 for a plan that the configuration does not know. */
export function assertPlan(plan: string, config: Config): void {
  if (Object.hasOwn(config.plans, plan)) return;
  throw invalidField('plan', `Plan must be one of ${Object.keys(config.plans).join(', ')}, got ${JSON.stringify(plan)}.`);
}

/** 400 for a product that the configuration does not know. */
export function assertProducts(products: readonly string[], config: Config): void {
  for (const [index, product] of products.entries()) {
    if (Object.hasOwn(config.products, product)) continue;
    const known = Object.keys(config.products).join(', ');
    throw invalidField(`products[${index}]`, `Product must be one of ${known}, got ${JSON.stringify(product)}.`);
  }
}
