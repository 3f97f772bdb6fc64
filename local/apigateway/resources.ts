import * as z from 'zod';
import { shortId } from '../cloudformation/physicalNames.ts';
import type { ResolvedResource, ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';
import { accessLogSettings, requireLogGroup } from './accessLog.ts';
import { apiKeyResources } from './apiKeyResources.ts';
import { functionArnOf } from './functionUri.ts';
import { createMethod } from './methodResource.ts';
import type { RestApi } from './restApi.ts';

const restApiProperties = z.object({
  Name: z.string().optional(),
  ApiKeySourceType: z.enum(['HEADER', 'AUTHORIZER']).default('HEADER'),
  BinaryMediaTypes: z.array(z.string()).default([]),
  Body: z.never({ error: 'an API from an OpenAPI body is not played' }).optional(),
  BodyS3Location: z.never({ error: 'an API from an OpenAPI body is not played' }).optional(),
  Policy: z.never({ error: 'resource policies of APIs are not played' }).optional(),
});

const createRestApi: ResourceHandler = async (resource, { restApis }) => {
  const properties = restApiProperties.parse(resource.properties);
  const id = idOf(resource);
  const rootResourceId = shortId(resource.stack, `${resource.logicalId}/root`);
  const api: RestApi = {
    id,
    rootResourceId,
    name: properties.Name ?? resource.logicalId,
    stack: resource.stack,
    logicalId: resource.logicalId,
    apiKeySource: properties.ApiKeySourceType,
    binaryMediaTypes: properties.BinaryMediaTypes,
    resources: new Map([[rootResourceId, { id: rootResourceId, parentId: undefined, pathPart: '' }]]),
    methods: [],
    authorizers: new Map(),
    gatewayResponses: new Map(),
    deploymentIds: new Set(),
    stages: new Map(),
  };
  await restApis.add(api);
  return { ref: id, attributes: { RootResourceId: rootResourceId, RestApiId: id } };
};

const resourceProperties = z.object({ RestApiId: z.string(), ParentId: z.string(), PathPart: z.string() });

const createResource: ResourceHandler = (resource, { restApis }) => {
  const { RestApiId, ParentId, PathPart } = resourceProperties.parse(resource.properties);
  const id = idOf(resource);
  restApis.get(RestApiId).resources.set(id, { id, parentId: ParentId, pathPart: PathPart });
  return { ref: id, attributes: { ResourceId: id } };
};

const authorizerProperties = z.object({
  RestApiId: z.string(),
  Type: z.enum(['REQUEST', 'TOKEN'], { error: 'only REQUEST and TOKEN authorizers are played' }),
  AuthorizerUri: z.string(),
  IdentitySource: z.string().optional(),
  IdentityValidationExpression: z.string().optional(),
  AuthorizerResultTtlInSeconds: z.coerce.number().min(0).max(3600).default(300),
});

const createAuthorizer: ResourceHandler = (resource, { restApis }) => {
  const properties = authorizerProperties.parse(resource.properties);
  const id = shortId(resource.stack, resource.logicalId, 6);
  const expression = properties.IdentityValidationExpression;
  restApis.get(properties.RestApiId).authorizers.set(id, {
    id,
    type: properties.Type,
    functionArn: functionArnOf(properties.AuthorizerUri),
    identitySources: (properties.IdentitySource ?? '').split(',').map((source) => source.trim()).filter((source) => source !== ''),
    ttlSec: properties.AuthorizerResultTtlInSeconds,
    validation: expression === undefined ? undefined : new RegExp(`^(?:${expression})$`, 'u'),
  });
  return { ref: id, attributes: { AuthorizerId: id } };
};

const deploymentProperties = z.object({ RestApiId: z.string(), StageName: z.string().optional() });

const createDeployment: ResourceHandler = (resource, { restApis }) => {
  const { RestApiId, StageName } = deploymentProperties.parse(resource.properties);
  const id = shortId(resource.stack, resource.logicalId, 6);
  const api = restApis.get(RestApiId);
  api.deploymentIds.add(id);
  if (StageName !== undefined) api.stages.set(StageName, { name: StageName, deploymentId: id, variables: {}, accessLog: undefined });
  return { ref: id, attributes: { DeploymentId: id } };
};

const stageProperties = z.object({
  RestApiId: z.string(),
  StageName: z.string(),
  DeploymentId: z.string(),
  Variables: z.record(z.string().regex(/^\w+$/u), z.string().max(512).regex(/^[A-Za-z0-9._~:/?#&=,-]+$/u)).default({}),
  AccessLogSetting: accessLogSettings.optional(),
});

const createStage: ResourceHandler = (resource, { restApis, logGroups }) => {
  const { RestApiId, StageName, DeploymentId, Variables, AccessLogSetting } = stageProperties.parse(resource.properties);
  requireLogGroup(AccessLogSetting, logGroups);
  restApis.get(RestApiId).stages.set(StageName, { name: StageName, deploymentId: DeploymentId, variables: Variables, accessLog: AccessLogSetting });
  return { ref: StageName };
};

const gatewayResponseProperties = z.object({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.coerce.number().int().min(200).max(599).optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

const createGatewayResponse: ResourceHandler = (resource, { restApis }) => {
  const { RestApiId, ResponseType, StatusCode, ResponseParameters, ResponseTemplates } = gatewayResponseProperties.parse(resource.properties);
  restApis.get(RestApiId).gatewayResponses.set(ResponseType, { statusCode: StatusCode, parameters: ResponseParameters, templates: ResponseTemplates });
  return { ref: idOf(resource), attributes: { Id: idOf(resource) } };
};

function idOf({ stack, logicalId }: ResolvedResource): string {
  return shortId(stack, logicalId);
}

export const apiGatewayResources: ResourceHandlers = {
  ...apiKeyResources,
  'AWS::ApiGateway::RestApi': createRestApi,
  'AWS::ApiGateway::Resource': createResource,
  'AWS::ApiGateway::Method': createMethod,
  'AWS::ApiGateway::Authorizer': createAuthorizer,
  'AWS::ApiGateway::Deployment': createDeployment,
  'AWS::ApiGateway::Stage': createStage,
  'AWS::ApiGateway::GatewayResponse': createGatewayResponse,
};
