import { Validations } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { OrdersStack } from '../examples/orders/ordersStack.ts';

/**
 * Checks every stack against cdk-nag's AwsSolutions pack at each synthesis; a finding stops it. What is accepted
 * instead says why, next to the resource that it is accepted for.
 */
export function checkBestPractices(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

/** Findings of the example. Here, so that the example shows nothing but what it is about. */
export function acceptExample(orders: OrdersStack): void {
  const accept = (path: string, rule: string, reason: string): void =>
    Validations.of(childAt(orders, path)).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
  accept('Api', 'APIG2', 'The function checks every request, and a refusal names each field.');
  accept('Api', 'COG4', 'Callers are API keys: the key authorizer decides on every method.');
  accept('Api/DeploymentStage.live', 'APIG3', 'A web ACL costs a fixed sum a month, which an example does not need.');
  accept('Api/DeploymentStage.live', 'APIG6', 'Execution logs can hold headers, and a header holds the token.');
  for (const name of ['OrdersFunction', 'WhoamiFunction']) {
    accept(
      `${name}/ServiceRole`,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      'The default role of a CDK function: it may write logs.',
    );
  }
}

function childAt(scope: IConstruct, path: string): IConstruct {
  return path.split('/').reduce((parent, id) => parent.node.findChild(id), scope);
}
