import { Stack } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CfnRestApi, CfnStage, Deployment } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { RestTarget } from '../target.ts';

/** A REST API with the one stage whose variables carry the scopes of its routes. */
export interface ProtectedRestApi {
  readonly restApi: RestApi;
  readonly resource: CfnRestApi;
  readonly deployment: Deployment;
  readonly stage: CfnStage;
}

/** The API of a method, or an error that says why it cannot be protected. */
export function protectedRestApiOf({ route, name }: RestTarget, asker: Construct): ProtectedRestApi {
  const restApi = route.api;
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
  // An L2 API's default child is always its CfnRestApi.
  return { restApi, resource: restApi.node.defaultChild as CfnRestApi, deployment, stage };
}
