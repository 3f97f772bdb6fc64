import { CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CfnRestApi, CfnStage, Deployment, Method } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

/** A REST API with the one stage whose variables carry the scopes of its routes. */
export interface ProtectedApi {
  readonly restApi: RestApi;
  readonly deployment: Deployment;
  readonly stage: CfnStage;
}

/** The API of a method, or an error that says why it cannot be protected. */
export function protectedApiOf(method: Method, asker: Construct): ProtectedApi {
  const restApi = method.api;
  const name = `${method.httpMethod} ${method.resource.path}`;
  if (!RestApi.isRestApi(restApi)) {
    throw new Error(
      `[${asker.node.path}] ${name} belongs to an imported API, whose stage cannot be given the scopes: protect it in the app that makes the RestApi.`,
    );
  }
  if (Stack.of(restApi) !== Stack.of(asker)) {
    throw new Error(`[${asker.node.path}] ${name} belongs to "${restApi.node.path}", which is in another stack: make the KeyAuthorizer in the stack of its API.`);
  }
  const deployment = restApi.latestDeployment;
  const stage = restApi.deploymentStage?.node.defaultChild as CfnStage | undefined;
  if (!deployment || !stage) {
    throw new Error(
      `[${asker.node.path}] ${name} belongs to "${restApi.node.path}", which has deploy: false: the scopes travel in the stage's variables, so let the RestApi make its stage (deployOptions: { stageName }).`,
    );
  }
  return { restApi, deployment, stage };
}

/** Every method of the API in the whole app, those made as plain CloudFormation resources included. */
export function methodsOf(restApi: RestApi): CfnResource[] {
  return resourcesOf(restApi, 'AWS::ApiGateway::Method');
}

/** Every stage of the API in the whole app. */
export function stagesOf(restApi: RestApi): CfnResource[] {
  return resourcesOf(restApi, 'AWS::ApiGateway::Stage');
}

/** A resource's properties as the template will hold them: raw ones, overrides and deletions included. */
export function propertiesOf(resource: CfnResource): Readonly<Record<string, unknown>> {
  // oxlint-disable-next-line no-underscore-dangle -- the CDK's own name for it
  const template = asRecord(resource.stack.resolve(resource._toCloudFormation()));
  const [rendered] = Object.values(asRecord(template['Resources']));
  return asRecord(asRecord(rendered)['Properties']);
}

/** A part of a template as an object; what is none has no members. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function resourcesOf(restApi: RestApi, type: string): CfnResource[] {
  // An L2 API's default child is always its CfnRestApi.
  const api = restApi.node.defaultChild as CfnRestApi;
  return restApi.node.root.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .filter((resource) => resource.cfnResourceType === type && (refersTo(resource, api) || namesInTemplate(resource, api)));
}

/** By the construct: also where the resource is in another stack. */
function refersTo(resource: CfnResource, api: CfnRestApi): boolean {
  const token = Tokenization.reverse((resource as { readonly restApiId?: unknown }).restApiId);
  return token !== undefined && Reference.isReference(token) && token.target === api;
}

/** By the rendered template: also where the id was written by hand. */
function namesInTemplate(resource: CfnResource, api: CfnRestApi): boolean {
  if (resource.stack !== api.stack) return false;
  const logicalId: unknown = api.stack.resolve(api.logicalId);
  const { Ref: ref, 'Fn::GetAtt': attribute } = asRecord(propertiesOf(resource)['RestApiId']);
  return ref === logicalId || (Array.isArray(attribute) && attribute[0] === logicalId);
}
