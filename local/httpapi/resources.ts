import * as z from 'zod';
import { accessLogSettings, requireLogGroup } from '../apigateway/accessLog.ts';
import { functionArnOf } from '../apigateway/functionUri.ts';
import { shortId } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';
import { parseRouteKey } from './routes.ts';

const notPlayed = z.never({ error: 'is not played' }).optional();
const flag = z.union([z.boolean(), z.stringbool()]);

const apiProperties = z.object({
  ProtocolType: z.literal('HTTP', 'only HTTP is played'),
  Body: notPlayed,
  BodyS3Location: notPlayed,
  CorsConfiguration: notPlayed,
  RouteKey: notPlayed,
  Target: notPlayed,
});

const createApi: ResourceHandler = async ({ stack, logicalId, properties }, { httpApis, region }) => {
  apiProperties.parse(properties);
  const id = shortId(stack, logicalId);
  await httpApis.add({ id, stack, logicalId, routes: [], integrations: new Map(), authorizers: new Map(), stages: new Map() });
  return { ref: id, attributes: { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${region}.amazonaws.com` } };
};

const integrationProperties = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY', 'only AWS_PROXY integrations are played'),
  IntegrationSubtype: notPlayed,
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'only payload 2.0 is played'),
  RequestParameters: notPlayed,
  ResponseParameters: notPlayed,
  TimeoutInMillis: z.coerce.number().min(50).max(30_000).default(30_000),
});

const createIntegration: ResourceHandler = ({ stack, logicalId, properties }, { httpApis }) => {
  const { ApiId, IntegrationUri, TimeoutInMillis } = integrationProperties.parse(properties);
  const id = shortId(stack, logicalId, 7);
  const functionArn = /^arn:[^:]+:lambda:/u.test(IntegrationUri) ? IntegrationUri : functionArnOf(IntegrationUri);
  httpApis.get(ApiId).integrations.set(id, { functionArn, timeoutMs: TimeoutInMillis });
  return { ref: id, attributes: { IntegrationId: id } };
};

const authorizerProperties = z.object({
  ApiId: z.string(),
  AuthorizerType: z.literal('REQUEST', 'only REQUEST authorizers are played'),
  AuthorizerUri: z.string(),
  AuthorizerPayloadFormatVersion: z.literal('2.0', 'only payload 2.0 is played'),
  EnableSimpleResponses: flag.refine((enabled) => enabled, 'must be on: answers with a policy are not played'),
  AuthorizerResultTtlInSeconds: z.coerce.number().refine((ttlSec) => ttlSec === 0, 'must be 0: cached answers are not played').default(0),
  IdentitySource: z.array(z.string().startsWith('$')).default([]),
});

const createAuthorizer: ResourceHandler = ({ stack, logicalId, properties }, { httpApis }) => {
  const { ApiId, AuthorizerUri, IdentitySource } = authorizerProperties.parse(properties);
  const id = shortId(stack, logicalId, 6);
  httpApis.get(ApiId).authorizers.set(id, { id, functionArn: functionArnOf(AuthorizerUri), identitySources: IdentitySource });
  return { ref: id, attributes: { AuthorizerId: id } };
};

const routeProperties = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string().startsWith('integrations/'),
  AuthorizationType: z.enum(['NONE', 'CUSTOM'], { error: 'only authorization NONE and CUSTOM are played' }).default('NONE'),
  AuthorizerId: z.string().optional(),
});

const createRoute: ResourceHandler = ({ stack, logicalId, properties }, { httpApis }) => {
  const { ApiId, RouteKey, Target, AuthorizationType, AuthorizerId } = routeProperties.parse(properties);
  const { routes } = httpApis.get(ApiId);
  if (routes.some(({ routeKey }) => routeKey === RouteKey)) throw new Error(`the API ${ApiId} has the route ${RouteKey} already.`);
  parseRouteKey(RouteKey);
  const id = shortId(stack, logicalId, 7);
  routes.push({ routeKey: RouteKey, integrationId: Target.slice('integrations/'.length), authorizerId: AuthorizationType === 'CUSTOM' ? (AuthorizerId ?? 'missing') : undefined });
  return { ref: id, attributes: { RouteId: id } };
};

const stageProperties = z.object({
  ApiId: z.string(),
  StageName: z.string().regex(/^(?:\$default|[\w-]{1,128})$/u),
  AutoDeploy: flag.default(false).refine((deploys) => deploys, 'must be on: deployments of HTTP APIs are not played'),
  StageVariables: z.record(z.string().regex(/^\w+$/u), z.string().max(512).regex(/^[A-Za-z0-9._~:/?#&=,-]+$/u)).default({}),
  AccessLogSettings: accessLogSettings.optional(),
});

const createStage: ResourceHandler = ({ properties }, { httpApis, logGroups }) => {
  const { ApiId, StageName, StageVariables, AccessLogSettings } = stageProperties.parse(properties);
  requireLogGroup(AccessLogSettings, logGroups);
  httpApis.get(ApiId).stages.set(StageName, { name: StageName, variables: StageVariables, accessLog: AccessLogSettings });
  return { ref: StageName };
};

export const httpApiResources: ResourceHandlers = {
  'AWS::ApiGatewayV2::Api': createApi,
  'AWS::ApiGatewayV2::Authorizer': createAuthorizer,
  'AWS::ApiGatewayV2::Integration': createIntegration,
  'AWS::ApiGatewayV2::Route': createRoute,
  'AWS::ApiGatewayV2::Stage': createStage,
};
