import { CfnOutput, CustomResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Config } from '../../shared/config/config.ts';
import { accessTable, readSecret, replaceSecret } from '../constructs/grants.ts';
import { ServiceFunction } from '../constructs/serviceFunction.ts';
import type { DataStack } from './dataStack.ts';

export interface BootstrapStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
}

/**
 * Makes the first organization and its root management key, whose token it leaves in Secrets Manager. Deploying again
 * changes nothing, unless the configuration asks for another organization or for a further root key.
 */
export class BootstrapStack extends Stack {
  readonly rootToken: Secret;

  constructor(scope: Construct, id: string, { config, data, ...props }: BootstrapStackProps) {
    super(scope, id, props);
    this.rootToken = this.addRootToken();
    const bootstrap = new ServiceFunction(this, 'Function', {
      description: 'Gatewarden: makes the first organization and its root management key',
      entry: 'functions/bootstrap/index.ts',
      environment: {
        KEYS_TABLE: data.keysTable.tableName,
        PEPPER_SECRET_ARN: data.pepper.secretArn,
        ROOT_TOKEN_SECRET_ARN: this.rootToken.secretArn,
      },
      grants: [
        ...accessTable(data.keysTable, {
          reads: ['bootstrap', 'events'],
          checks: ['organizations'],
          writes: ['bootstrap', 'organizations', 'noticeDays', 'places', 'keys', 'events'],
        }),
        readSecret(data.pepper),
        replaceSecret(this.rootToken),
      ],
      timeout: Duration.minutes(1),
    });
    const organization = new CustomResource(this, 'Organization', {
      resourceType: 'Custom::GatewardenBootstrap',
      serviceToken: bootstrap.function.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: {
        organizationName: config.bootstrap.organization,
        plan: config.bootstrap.plan,
        products: Object.keys(config.products),
        rootKeyGeneration: config.bootstrap.rootKeyGeneration,
      },
    });
    // Its log and its rights are there before it runs, and until it has run a last time.
    organization.node.addDependency(bootstrap);

    new CfnOutput(this, 'RootTokenSecretName', { value: this.rootToken.secretName, description: 'Secret that holds the root management token' });
    new CfnOutput(this, 'OrganizationId', { value: organization.getAttString('organizationId'), description: 'The first organization' });
  }

  private addRootToken(): Secret {
    const secret = new Secret(this, 'RootToken', {
      description: 'Gatewarden: token of the root management key',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Empty until the function has issued the token: a generated value would look like one.
    (secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'The token is that of a key in the keys table: it is replaced by raising rootKeyGeneration, or by rotating the key.',
    });
    return secret;
  }
}
