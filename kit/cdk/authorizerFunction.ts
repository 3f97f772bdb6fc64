import { Aws } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** The address at which API Gateway invokes a function. */
export function invocationUri(functionArn: string): string {
  return `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

/** Lets API Gateway ask the function, for this authorizer of this API alone. */
export function allowInvocation(
  scope: Construct,
  { functionArn, apiId, authorizerId }: { readonly functionArn: string; readonly apiId: string; readonly authorizerId: string },
): CfnPermission {
  return new CfnPermission(scope, 'Invoke', {
    action: 'lambda:InvokeFunction',
    functionName: functionArn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${apiId}/authorizers/${authorizerId}`,
  });
}
