import { Stack } from 'aws-cdk-lib';
import type { CfnApi, CfnStage, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { HttpTarget } from '../target.ts';

/** An HTTP API with the one stage whose variables carry the scopes of its routes. */
export interface ProtectedHttpApi {
  readonly httpApi: HttpApi;
  readonly resource: CfnApi;
  readonly stage: CfnStage;
}

/** The API of a route, or an error that says why it cannot be protected. */
export function protectedHttpApiOf({ route, name }: HttpTarget, asker: Construct): ProtectedHttpApi {
  // Cast: without a resource here it is an imported one. Its class does not tell: the app's CDK may be another copy than the kit's.
  const httpApi = route.httpApi as HttpApi;
  const resource = httpApi.node.defaultChild as CfnApi | undefined;
  if (!resource) {
    throw new Error(
      `[${asker.node.path}] ${name} belongs to an imported API, whose stage cannot be given the scopes: protect it in the app that makes the HttpApi.`,
    );
  }
  if (Stack.of(httpApi) !== Stack.of(asker)) {
    throw new Error(`[${asker.node.path}] ${name} belongs to "${httpApi.node.path}", which is in another stack: make the KeyAuthorizer in the stack of its API.`);
  }
  const stage = httpApi.defaultStage?.node.defaultChild as CfnStage | undefined;
  if (!stage) {
    throw new Error(
      `[${asker.node.path}] ${name} belongs to "${httpApi.node.path}", which has createDefaultStage: false: the scopes travel in the stage's variables, so let the HttpApi make its stage.`,
    );
  }
  return { httpApi, resource, stage };
}
