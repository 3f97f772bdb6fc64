import { CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CfnMethod, CfnRestApi, CfnStage, Deployment, Method } from 'aws-cdk-lib/aws-apigateway';
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
export function methodsOf(restApi: RestApi): CfnMethod[] {
  return resourcesOf<CfnMethod>(restApi, 'AWS::ApiGateway::Method');
}

/** Every stage of the API in the whole app. */
export function stagesOf(restApi: RestApi): CfnStage[] {
  return resourcesOf<CfnStage>(restApi, 'AWS::ApiGateway::Stage');
}

function resourcesOf<T extends CfnResource & { restApiId: unknown }>(restApi: RestApi, type: string): T[] {
  const api = restApi.node.defaultChild as CfnRestApi;
  const isOfApi = (construct: unknown): construct is T =>
    CfnResource.isCfnResource(construct) && construct.cfnResourceType === type && refersTo((construct as T).restApiId, api);
  return restApi.node.root.node.findAll().filter(isOfApi);
}

function refersTo(value: unknown, target: CfnRestApi): boolean {
  const token = Tokenization.reverse(value);
  return token !== undefined && Reference.isReference(token) && token.target === target;
}
