import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { CreatedResource, ResolvedResource, ResourceHandlers } from '../cloudformation/resourceTypes.ts';
import type { PlatformServices } from '../services.ts';
import type { LambdaFunction } from './lambdaFunction.ts';

const functionProperties = z.object({
  FunctionName: z.string().optional(),
  Code: z.object({ S3Key: z.string().optional(), ZipFile: z.string().optional() }),
  Handler: z.string(),
  Runtime: z.string().startsWith('nodejs', 'must be a nodejs runtime: the local platform runs no other'),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  LoggingConfig: z.object({ LogFormat: z.enum(['JSON', 'Text']).default('Text'), ApplicationLogLevel: z.string().optional(), LogGroup: z.string().optional() }).optional(),
});
type FunctionProperties = z.infer<typeof functionProperties>;

/** Containers share the machine's cores: more of them only wait for each other, fewer would hide races of callers. */
const maxContainers = availableParallelism() >= 4 ? 4 : 3;

function createFunction(resource: ResolvedResource, services: PlatformServices): CreatedResource {
  const properties = functionProperties.parse(resource.properties);
  const name = properties.FunctionName ?? physicalName(resource.stack, resource.logicalId);
  const arn = `arn:aws:lambda:${services.region}:${services.accountId}:function:${name}`;
  const codeDir = unpackCode(properties, name, resource, services);
  const logGroup = properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
  const lambda: LambdaFunction = {
    name,
    arn,
    codeDir,
    logGroup,
    cdkPath: resource.cdkPath,
    handler: properties.Handler,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
    logLevel: properties.LoggingConfig?.ApplicationLogLevel ?? 'INFO',
    maxContainers: Math.min(maxContainers, properties.ReservedConcurrentExecutions ?? maxContainers),
    environment: functionEnvironment({ properties, name, codeDir, logGroup }, services),
  };
  services.lambda.register(lambda);
  return { ref: name, attributes: { Arn: arn } };
}

function unpackCode({ Code }: FunctionProperties, name: string, resource: ResolvedResource, { taskFolders }: PlatformServices): string {
  if (Code.ZipFile !== undefined) return taskFolders.inline(name, Code.ZipFile);
  const source = resource.assets.get(Code.S3Key ?? '');
  if (source === undefined) throw new Error(`The assembly has no asset ${Code.S3Key ?? '(none)'}.`);
  return taskFolders.unpack(name, source);
}

/** `process.env` as the code sees it: what Lambda sets, this platform's endpoints and credentials, the template's own. */
function functionEnvironment(
  { properties, name, codeDir, logGroup }: { properties: FunctionProperties; name: string; codeDir: string; logGroup: string },
  services: PlatformServices,
): Record<string, string> {
  const { LoggingConfig, Environment, MemorySize, Runtime, Handler } = properties;
  const isJson = LoggingConfig?.LogFormat === 'JSON';
  return {
    ...services.functionEnvironment,
    AWS_EXECUTION_ENV: `AWS_Lambda_${Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: isJson ? 'JSON' : 'Text',
    ...(isJson && { AWS_LAMBDA_LOG_LEVEL: LoggingConfig.ApplicationLogLevel ?? 'INFO' }),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    LAMBDA_TASK_ROOT: codeDir,
    _HANDLER: Handler,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    ...Environment?.Variables,
  };
}

const permissionProperties = z.object({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

function createPermission(resource: ResolvedResource, { lambda }: PlatformServices): CreatedResource {
  const { FunctionName, Action, Principal, SourceArn, SourceAccount } = permissionProperties.parse(resource.properties);
  lambda.allow({ functionName: FunctionName, action: Action, principal: Principal, sourceArn: SourceArn, sourceAccount: SourceAccount });
  return { ref: resource.logicalId };
}

const eventInvokeConfigProperties = z.object({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST', 'must be $LATEST: versions and aliases are not played'),
  MaximumRetryAttempts: z.coerce.number().default(2),
  MaximumEventAgeInSeconds: z.coerce.number().default(6 * 3600),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional(), OnSuccess: z.never({ error: 'is not played' }).optional() }).optional(),
});

function createEventInvokeConfig(resource: ResolvedResource, { asyncInvocations }: PlatformServices): CreatedResource {
  const { FunctionName, MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = eventInvokeConfigProperties.parse(resource.properties);
  asyncInvocations.configure(FunctionName, {
    maximumRetryAttempts: MaximumRetryAttempts,
    maximumEventAgeSec: MaximumEventAgeInSeconds,
    onFailureArn: DestinationConfig?.OnFailure?.Destination,
  });
  return { ref: resource.logicalId };
}

export const lambdaResources: ResourceHandlers = {
  'AWS::Lambda::EventInvokeConfig': createEventInvokeConfig,
  'AWS::Lambda::Function': createFunction,
  'AWS::Lambda::Permission': createPermission,
};
