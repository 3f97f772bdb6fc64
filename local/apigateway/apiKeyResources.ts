import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { shortId } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';

const notPlayed = z.never({ error: 'is not played' }).optional();

const apiKeyProperties = z.object({
  Value: z.string().min(20).max(128).optional(),
  Enabled: z.union([z.boolean(), z.stringbool()]).default(false),
  StageKeys: notPlayed,
});

const createApiKey: ResourceHandler = ({ stack, logicalId, properties }, { apiKeys }) => {
  const { Value, Enabled } = apiKeyProperties.parse(properties);
  const id = shortId(stack, logicalId);
  apiKeys.create({ id, value: Value ?? randomBytes(20).toString('hex'), isEnabled: Enabled });
  return { ref: id, attributes: { APIKeyId: id } };
};

/** An empty one, as CDK writes it for a plan without: a limit that is not played would let through what AWS holds back. */
const noLimit = z.strictObject({}, { error: 'throttling and quotas of usage plans are not played' }).optional();

const usagePlanProperties = z.object({
  ApiStages: z.array(z.object({ ApiId: z.string(), Stage: z.string(), Throttle: noLimit })).default([]),
  Throttle: noLimit,
  Quota: noLimit,
});

const createUsagePlan: ResourceHandler = ({ stack, logicalId, properties }, { apiKeys, restApis }) => {
  const { ApiStages } = usagePlanProperties.parse(properties);
  for (const { ApiId, Stage } of ApiStages) if (!restApis.get(ApiId).stages.has(Stage)) throw new Error(`the API ${ApiId} has no stage ${Stage}.`);
  const id = shortId(stack, logicalId, 6);
  apiKeys.createPlan(id, ApiStages.map(({ ApiId, Stage }) => ({ apiId: ApiId, stage: Stage })));
  return { ref: id, attributes: { Id: id } };
};

const usagePlanKeyProperties = z.object({ KeyId: z.string(), KeyType: z.literal('API_KEY'), UsagePlanId: z.string() });

const createUsagePlanKey: ResourceHandler = ({ properties }, { apiKeys }) => {
  const { KeyId, UsagePlanId } = usagePlanKeyProperties.parse(properties);
  apiKeys.addToPlan(UsagePlanId, KeyId);
  return { ref: `${KeyId}:${UsagePlanId}`, attributes: { Id: `${KeyId}:${UsagePlanId}` } };
};

export const apiKeyResources: ResourceHandlers = {
  'AWS::ApiGateway::ApiKey': createApiKey,
  'AWS::ApiGateway::UsagePlan': createUsagePlan,
  'AWS::ApiGateway::UsagePlanKey': createUsagePlanKey,
};
