import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Operator } from './operator.ts';
import type { System } from './system.ts';

/** The API key that API Gateway lets requests to the example through by, and the plan that it is in. */
export interface GatewayKey {
  readonly value: string;
  readonly planId: string;
}

const apiShape = z.object({ apiKeySource: z.string() });
const methodShape = z.object({ apiKeyRequired: z.boolean(), authorizationType: z.string() });
const resourcesShape = z.object({ items: z.array(z.object({ resourceMethods: z.record(z.string(), methodShape).optional() })) });
const stageShape = z.object({ variables: z.record(z.string(), z.string()) });
const plansShape = z.object({
  items: z.array(z.object({ id: z.string(), apiStages: z.array(z.object({ apiId: z.string(), stage: z.string() })) })),
});
const keysShape = z.object({ items: z.array(z.object({ id: z.string(), value: z.string(), enabled: z.boolean() })) });
const membersShape = z.object({ items: z.array(z.object({ id: z.string() })) });

/** Finds the key, and asserts that it stands where API Gateway looks for it, and no other beside it. */
export async function gatewayKeyOf({ operator, orders }: Pick<System, 'operator' | 'orders'>): Promise<GatewayKey> {
  const gateway = (operation: string, parameters: Record<string, unknown> = {}) => operator.aws('apigateway', operation, parameters);
  const [restApiId] = orders.host.split('.');
  assert.equal(apiShape.parse(await gateway('get_rest_api', { restApiId })).apiKeySource, 'AUTHORIZER');

  const { items: resources } = resourcesShape.parse(await gateway('get_resources', { restApiId, embed: ['methods'] }));
  const methods = resources.flatMap(({ resourceMethods = {} }) => Object.values(resourceMethods));
  assert.deepEqual(methods, Array.from({ length: 4 }, () => ({ apiKeyRequired: true, authorizationType: 'CUSTOM' })));

  const { items: plans } = plansShape.parse(await gateway('get_usage_plans'));
  const [plan, ...otherPlans] = plans.filter(({ apiStages }) => apiStages.some(({ apiId }) => apiId === restApiId));
  assert.ok(plan && otherPlans.length === 0, `${plans.length} plans are there.`);
  assert.deepEqual(plan.apiStages, [{ apiId: restApiId, stage: 'live' }]);

  const members = membersShape.parse(await gateway('get_usage_plan_keys', { usagePlanId: plan.id })).items;
  const { items: keys } = keysShape.parse(await gateway('get_api_keys', { includeValues: true }));
  assert.deepEqual(members.map(({ id }) => id), keys.map(({ id }) => id));
  const [key] = keys;
  assert.ok(key?.enabled && keys.length === 1, `${keys.length} API keys are there.`);
  assert.match(key.value, /^gatewarden-[0-9a-f-]{36}-[0-9a-f]{12}$/);
  const { variables } = stageShape.parse(await gateway('get_stage', { restApiId, stageName: 'live' }));
  assert.equal(variables['gatewarden_gateway_key'], key.value);
  return { value: key.value, planId: plan.id };
}

const createdShape = z.object({ id: z.string() });

/** Has API Gateway let another API key through for as long as `body` takes. */
export async function withMember(operator: Operator, { planId }: GatewayKey, value: string, body: () => Promise<void>): Promise<void> {
  const { id } = createdShape.parse(await operator.aws('apigateway', 'create_api_key', { name: 'asked', value, enabled: true }));
  await operator.aws('apigateway', 'create_usage_plan_key', { usagePlanId: planId, keyId: id, keyType: 'API_KEY' });
  try {
    await body();
  } finally {
    await operator.aws('apigateway', 'delete_usage_plan_key', { usagePlanId: planId, keyId: id });
    await operator.aws('apigateway', 'delete_api_key', { apiKey: id });
  }
}
