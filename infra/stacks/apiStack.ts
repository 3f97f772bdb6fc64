import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { keyAuthorizerParameter } from '../../kit/cdk/gatewarden.ts';
import type { FunctionName, Route } from '../../shared/api/route.ts';
import type { Config } from '../../shared/config/config.ts';
import { refusalFilterPattern } from '../../shared/usage/refusalLine.ts';
import { verifyFilterPattern } from '../../shared/usage/verifyLine.ts';
import { accessTable, accessUsage, invokeFunction, readSecret } from '../constructs/grants.ts';
import type { LogSource } from '../constructs/logConsumer.ts';
import { ManagementApi } from '../constructs/managementApi.ts';
import { nounFunctions } from '../constructs/nounFunctions.ts';
import { ServiceFunction } from '../constructs/serviceFunction.ts';
import type { TableAccess } from '../constructs/grants.ts';
import type { Issuer } from '../signIn.ts';
import type { DataStack } from './dataStack.ts';

export interface ApiStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  /** Who signs members in. */
  readonly issuer: Issuer;
  readonly routes: readonly Route[];
}

/** The management API, and the key authorizer that every protected API shares. */
export class ApiStack extends Stack {
  readonly management: ManagementApi;
  /** What decides on each call: of protected APIs, and of the management API. */
  readonly authorizers: { readonly key: ServiceFunction; readonly management: ServiceFunction };
  /** Where it is logged who uses which key, and what is refused. */
  readonly usageLogs: readonly LogSource[];

  constructor(scope: Construct, id: string, { config, data, issuer, routes, ...props }: ApiStackProps) {
    super(scope, id, props);
    const keyAuthorizer = this.addKeyAuthorizer(data);
    const managementAuthorizer = this.addManagementAuthorizer(data, issuer);
    this.authorizers = { key: keyAuthorizer, management: managementAuthorizer };
    const functions = nounFunctions(this, { routes, data });
    new StringParameter(this, 'KeyAuthorizerArn', {
      parameterName: keyAuthorizerParameter(config.name),
      stringValue: keyAuthorizer.function.functionArn,
      description: 'Gatewarden: the key authorizer, for the stacks of protected APIs',
    });

    this.management = new ManagementApi(this, 'Management', {
      name: config.name,
      routes,
      authorizer: managementAuthorizer.function,
      functions,
    });
    this.usageLogs = [
      { id: 'KeyRefusals', logGroup: keyAuthorizer.logGroup, filterPattern: refusalFilterPattern },
      { id: 'ManagementRefusals', logGroup: managementAuthorizer.logGroup, filterPattern: refusalFilterPattern },
      { id: 'ManagementCalls', logGroup: this.management.accessLogs, filterPattern: '' },
      { id: 'Verifications', logGroup: logGroupOf('keys', functions), filterPattern: verifyFilterPattern },
    ];
    // Without the slash that API Gateway ends it with, so that paths can be put behind it as they are written.
    new CfnOutput(this, 'ManagementUrl', { value: this.management.url, description: 'Address of the management API' });
  }

  private addKeyAuthorizer(data: DataStack): ServiceFunction {
    return this.addAuthorizer('KeyAuthorizer', {
      module: 'key',
      description: 'decides on each call of a protected API',
      data,
      access: { gets: ['keys', 'organizations'] },
      environment: { USAGE_TABLE: data.usageTable.tableName },
      // Leases of limits and quotas: all that an authorizer ever writes.
      grants: accessUsage(data.usageTable, { updates: ['limits'] }),
    });
  }

  private addManagementAuthorizer(data: DataStack, { issuer, clientIds }: Issuer): ServiceFunction {
    const bindMember = this.addBindMember(data);
    return this.addAuthorizer('ManagementAuthorizer', {
      module: 'management',
      description: 'decides on each call of the management API',
      data,
      access: { gets: ['keys', 'organizations', 'roles'], reads: ['members'] },
      environment: {
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_IDS: clientIds.join(','),
        BIND_MEMBER_FUNCTION: bindMember.functionName,
      },
      grants: [invokeFunction(bindMember)],
    });
  }

  /** Binds who signs in for the first time to their invitations: the one write of a sign-in, apart from the authorizer. */
  private addBindMember(data: DataStack): IFunction {
    return new ServiceFunction(this, 'BindMember', {
      description: 'Gatewarden: binds who signs in for the first time to their invitations',
      entry: 'functions/signIn/bindMember.ts',
      environment: { KEYS_TABLE: data.keysTable.tableName },
      grants: accessTable(data.keysTable, { reads: ['members', 'events'], writes: ['members', 'roles', 'events'] }),
      timeout: Duration.seconds(8),
    }).function;
  }

  /** Authorizers read and verify with the pepper. Nothing lets one write the table of keys. */
  private addAuthorizer(id: string, { module, description, data, access, environment, grants = [] }: AuthorizerOptions): ServiceFunction {
    return new ServiceFunction(this, id, {
      description: `Gatewarden: ${description}`,
      entry: `functions/authorizer/${module}.ts`,
      environment: { KEYS_TABLE: data.keysTable.tableName, PEPPER_SECRET_ARN: data.pepper.secretArn, ...environment },
      grants: [...accessTable(data.keysTable, access), readSecret(data.pepper), ...grants],
      timeout: Duration.seconds(10),
    });
  }
}

interface AuthorizerOptions {
  /** Of `functions/authorizer`. */
  readonly module: 'key' | 'management';
  readonly description: string;
  readonly data: DataStack;
  readonly access: TableAccess;
  readonly environment?: Readonly<Record<string, string>>;
  readonly grants?: readonly PolicyStatement[];
}

function logGroupOf(noun: FunctionName, functions: ReadonlyMap<FunctionName, ServiceFunction>): ILogGroup {
  const found = functions.get(noun);
  if (!found) throw new Error(`No route names the function "${noun}".`);
  return found.logGroup;
}
