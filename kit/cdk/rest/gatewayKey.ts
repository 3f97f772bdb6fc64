import { Aws, Fn } from 'aws-cdk-lib';
import { CfnApiKey, CfnUsagePlan, CfnUsagePlanKey } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ProtectedRestApi } from './protectedRestApi.ts';

/**
 * What makes API Gateway itself answer 429: each protected method asks for an API key of API Gateway's own, and the
 * authorizer hands one over with its answer: this one for a request that may pass, one that does not exist for a
 * request that a limit refuses.
 */
export interface GatewayKey {
  readonly value: string;
  readonly key: CfnApiKey;
  readonly plan: CfnUsagePlan;
  readonly member: CfnUsagePlanKey;
}

/** Makes the key, and the one usage plan of the stage with the key as its one member. */
export function addGatewayKey(scope: Construct, { restApi, resource, stage }: ProtectedRestApi): GatewayKey {
  // API Gateway takes the key from the authorizer's answer, and from no header: whoever knows it gains nothing by it.
  resource.apiKeySourceType = 'AUTHORIZER';
  const value = gatewayKeyValue(scope);
  const key = new CfnApiKey(scope, 'GatewayKey', {
    value,
    enabled: true,
    description: 'Gatewarden: lets through what the key authorizer lets through. No secret, and no key of a caller.',
  });
  const plan = new CfnUsagePlan(scope, 'GatewayPlan', {
    description: 'Gatewarden: the plan of the key that the key authorizer hands over. Limits are counted by Gatewarden.',
    apiStages: [{ apiId: restApi.restApiId, stage: stage.ref }],
  });
  const member = new CfnUsagePlanKey(scope, 'GatewayPlanKey', { keyId: key.ref, keyType: 'API_KEY', usagePlanId: plan.ref });
  return { value, key, plan, member };
}

/**
 * 60 letters, digits and dashes: API Gateway takes 20 to 128, a stage variable 512. No other key of the account may
 * have the same value, so it holds the stack's own id and the construct's address in it.
 */
function gatewayKeyValue(scope: Construct): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `gatewarden-${stackUuid}-${scope.node.addr.slice(0, 12)}`;
}
