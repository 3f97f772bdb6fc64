import type { CfnResource } from 'aws-cdk-lib';
import type { RouteList } from '../routeList.ts';
import { apiIdProperties, asRecord, namesResource, partsOf, propertiesOf, resourcesOfType } from '../template.ts';
import type { GatewayKey } from './gatewayKey.ts';
import type { ProtectedRestApi } from './protectedRestApi.ts';

export interface GateOptions {
  readonly api: ProtectedRestApi;
  readonly gate: GatewayKey;
  readonly routes: RouteList;
  readonly methods: readonly CfnResource[];
  readonly nameOf: (method: CfnResource) => string;
}

/** Ways past the 429 of API Gateway, and what would answer 429 to everybody, each as a message. */
export function findGateGaps(options: GateOptions): string[] {
  return [...findMethods(options), ...findSource(options), ...findPlans(options), ...findResponses(options)];
}

const way = "or set limitedBy: 'middleware'";

function findMethods({ methods, routes, nameOf }: GateOptions): string[] {
  return methods.flatMap((method) => {
    const asksForKey = propertiesOf(method)['ApiKeyRequired'] === true;
    if (routes.isProtected(method) === asksForKey) return [];
    if (asksForKey) return [`${nameOf(method)} has apiKeyRequired, but no authorizer that hands over a key: every call would be answered 429. Take it away, ${way}.`];
    return [`${nameOf(method)} was protected, but its apiKeyRequired was taken away: a limit would not hold. Leave it, ${way}.`];
  });
}

function findSource({ api }: GateOptions): string[] {
  if (propertiesOf(api.resource)['ApiKeySourceType'] === 'AUTHORIZER') return [];
  return [`"${api.restApi.node.path}" takes API keys from a header, where callers choose them: leave apiKeySourceType out, ${way}.`];
}

/** A second plan would wait for keys that never come; a second key in ours would let pass what a limit refuses. */
function findPlans({ api, gate }: GateOptions): string[] {
  const others = resourcesOfType(api.resource, 'AWS::ApiGateway::UsagePlan').filter((plan) => plan !== gate.plan && isPlanOf(plan, api.resource));
  const members = resourcesOfType(api.resource, 'AWS::ApiGateway::UsagePlanKey').filter(
    (member) => member !== gate.member && member.stack === gate.plan.stack && namesResource(propertiesOf(member)['UsagePlanId'], gate.plan),
  );
  const { Throttle: throttle, Quota: quota, ApiStages: stages } = propertiesOf(gate.plan);
  const isMethodThrottled = Array.isArray(stages) && stages.some((stage) => asRecord(stage)['Throttle'] !== undefined);
  return [
    ...others.map((plan) => `"${plan.node.path}" is a usage plan of "${api.restApi.node.path}", whose API keys come from the key authorizer alone: remove it, ${way}.`),
    ...members.map((member) => `"${member.node.path}" puts a key of its own into the usage plan of the key authorizer: remove it, ${way}.`),
    ...(throttle !== undefined || quota !== undefined || isMethodThrottled
      ? [`"${gate.plan.node.path}" must not throttle: all callers share its one key. Limits are those of Gatewarden's plans and keys.`]
      : []),
  ];
}

function isPlanOf(plan: CfnResource, api: CfnResource): boolean {
  const { ApiStages: stages } = propertiesOf(plan);
  return plan.stack === api.stack && Array.isArray(stages) && stages.some((stage) => namesResource(asRecord(stage)['ApiId'], api));
}

/** The refusal by a limit is a gateway response: another one in its place would tell callers something else. */
function findResponses({ api }: GateOptions): string[] {
  const responses = partsOf(api.resource, 'AWS::ApiGateway::GatewayResponse', apiIdProperties.rest).filter(
    (response) => propertiesOf(response)['ResponseType'] === 'INVALID_API_KEY',
  );
  if (responses.length < 2) return [];
  const paths = responses.map((response) => `"${response.node.path}"`).join(', ');
  return [`"${api.restApi.node.path}" has ${responses.length} gateway responses of type INVALID_API_KEY (${paths}), which is the key authorizer's 429: remove yours, ${way}.`];
}
