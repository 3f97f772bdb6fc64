import { fileURLToPath } from 'node:url';
import { Validations } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface ServiceFunctionProps {
  readonly description: string;
  /** The module that exports `handler`, from the top of the repository. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the function may do, and all that it may do beyond writing its own log. */
  readonly grants: readonly PolicyStatement[];
  readonly timeout: Duration;
}

/** A Lambda function of Gatewarden's own: one bundle, one log group, one role that holds nothing but its grants. */
export class ServiceFunction extends Construct {
  readonly function: NodejsFunction;
  /** Where it logs, and nothing else does. */
  readonly logGroup: ILogGroup;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: RetentionDays.THREE_MONTHS });
    // A role of our own: the default one may create log groups and write to every log of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    for (const grant of props.grants) role.addToPolicy(grant);
    this.logGroup = logGroup;
    this.role = role;

    this.function = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: `${repository}${props.entry}`,
      projectRoot: repository,
      depsLockFilePath: `${repository}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: props.timeout,
      environment: { ...props.environment },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        minify: true,
        sourceMap: false,
        bundleAwsSDK: true,
        logLevel: LogLevel.WARNING,
      },
    });
  }
  /** Has X-Ray trace the function's runs. */
  trace(): void {
    (this.function.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
    this.role.addToPolicy(new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }));
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'What a trace is made of belongs to no resource: X-Ray takes these two rights for all or not at all.',
    });
  }
}
