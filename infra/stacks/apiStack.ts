import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { keyAuthorizerParameter } from '../../kit/cdk/gatewarden.ts';
import type { Route } from '../../shared/api/route.ts';
import type { Config } from '../../shared/config/config.ts';
import { getRecord, readSecret } from '../constructs/grants.ts';
import { ManagementApi } from '../constructs/managementApi.ts';
import { nounFunctions } from '../constructs/nounFunctions.ts';
import { ServiceFunction } from '../constructs/serviceFunction.ts';
import type { DataStack } from './dataStack.ts';

export interface ApiStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly routes: readonly Route[];
}

/** The management API, and the key authorizer that every protected API shares. */
export class ApiStack extends Stack {
  readonly management: ManagementApi;

  constructor(scope: Construct, id: string, { config, data, routes, ...props }: ApiStackProps) {
    super(scope, id, props);
    const keyAuthorizer = this.addAuthorizer('KeyAuthorizer', 'key', 'Decides on each call of a protected API', data);
    new StringParameter(this, 'KeyAuthorizerArn', {
      parameterName: keyAuthorizerParameter(config.name),
      stringValue: keyAuthorizer.function.functionArn,
      description: 'Gatewarden: the key authorizer, for the stacks of protected APIs',
    });

    this.management = new ManagementApi(this, 'Management', {
      name: config.name,
      routes,
      authorizer: this.addAuthorizer('ManagementAuthorizer', 'management', 'Decides on each call of the management API', data).function,
      functions: nounFunctions(this, { routes, data }),
    });
    // Without the slash that API Gateway ends it with, so that paths can be put behind it as they are written.
    new CfnOutput(this, 'ManagementUrl', { value: this.management.url, description: 'Address of the management API' });
  }

  /** Authorizers read one record by its key and verify it with the pepper; they write nothing. */
  private addAuthorizer(id: string, module: string, description: string, data: DataStack): ServiceFunction {
    return new ServiceFunction(this, id, {
      description: `Gatewarden: ${description.charAt(0).toLowerCase()}${description.slice(1)}`,
      entry: `functions/authorizer/${module}.ts`,
      environment: { KEYS_TABLE: data.keysTable.tableName, PEPPER_SECRET_ARN: data.pepper.secretArn },
      grants: [getRecord(data.keysTable), readSecret(data.pepper)],
      timeout: Duration.seconds(10),
    });
  }
}
