import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

export interface FromDeploymentOptions {
  /**
   * `name` of the deployment's `gatewarden.config.ts`.
   *
   * @default 'gatewarden'
   */
  readonly name?: string;
}

/** A Gatewarden that is deployed in this account and region. */
export class Gatewarden extends Construct {
  /**
   * Finds a deployment by the SSM parameters in which it publishes its functions. CloudFormation reads them when the
   * stack is deployed: nothing is looked up at synth, and no stack export ties the two together.
   */
  static fromDeployment(scope: Construct, id: string, options: FromDeploymentOptions = {}): Gatewarden {
    return new Gatewarden(scope, id, options.name ?? 'gatewarden');
  }

  private readonly name: string;

  private constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    this.name = name;
  }

  // Both are read in the stack that uses them: one that shares this construct with another then takes no export of it,
  // which could not be changed while it is in use, and one whose APIs are not counted depends on one parameter alone.

  /** The key authorizer's function. API Gateway may invoke it for the APIs that a `KeyAuthorizer` protects. */
  keyAuthorizerArnIn(scope: Construct): string {
    return StringParameter.valueForStringParameter(scope, keyAuthorizerParameter(this.name));
  }

  /** The function that counts usage, from the access logs of the APIs that a `KeyAuthorizer` protects. */
  usageFunctionArnIn(scope: Construct): string {
    return StringParameter.valueForStringParameter(scope, usageFunctionParameter(this.name));
  }
}

/** The SSM parameter that holds the ARN of a deployment's key authorizer. */
export function keyAuthorizerParameter(name: string): string {
  return `/${name}/key-authorizer-arn`;
}

/** The SSM parameter that holds the ARN of a deployment's function that counts usage. */
export function usageFunctionParameter(name: string): string {
  return `/${name}/usage-function-arn`;
}
