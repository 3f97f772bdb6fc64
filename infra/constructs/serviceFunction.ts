import { fileURLToPath } from 'node:url';
import type { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
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

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: RetentionDays.THREE_MONTHS });
    // A role of our own: the default one may create log groups and write to every log of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    for (const grant of props.grants) role.addToPolicy(grant);

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
}
