import { readAssembly } from './cloudformation/assembly.ts';
import { deploy } from './cloudformation/deploy.ts';
import type { StackOutputs } from './cloudformation/deploy.ts';
import type { PlatformClock } from './clock.ts';
import type { LambdaService } from './lambda/service.ts';
import type { LogLine } from './logs.ts';
import type { IssuedTokens } from './oidc/tokens.ts';
import type { Scheduler } from './scheduler/schedules.ts';
import type { Mail } from './ses/mail.ts';
import type { QueueStore } from './sqs/queueStore.ts';
import { startServices } from './startServices.ts';

/** One REST or HTTP API that the platform serves. */
export interface ServedApi {
  /** `http://127.0.0.1:<port>`; `<url>/<stage>/path` and `<url>/path` reach the same at a REST API. */
  readonly url: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly stage: string;
}

/** A cloud assembly at work on this machine. */
export interface Platform {
  /** DynamoDB, its streams, Secrets Manager, SSM, SES and the others, on one loopback address. */
  readonly awsEndpoint: string;
  /** By API id, the REST APIs first. */
  readonly apis: ReadonlyMap<string, ServedApi>;
  /** By stack name; addresses of the APIs are those of this platform. */
  readonly outputs: Readonly<StackOutputs>;
  readonly clock: Pick<PlatformClock, 'nowMs' | 'advance' | 'offsetMs'>;
  /** Oldest first; of one function by its physical name, or a part of it or of its CDK path. */
  logs(functionName?: string): readonly LogLine[];
  /** Calls a function (by name, ARN, or a part of its name or CDK path); throws a FunctionFailed. */
  invoke(functionName: string, payload: unknown): Promise<unknown>;
  /** Current text of a secret by name or ARN. */
  secret(id: string): string | undefined;
  /** Signs in whoever has an address at the user pool; throws a SignInRefused. */
  signIn(email: string): Promise<IssuedTokens>;
  /** The schedules of the templates; `run` runs one now. */
  readonly schedules: Pick<Scheduler, 'list' | 'run'>;
  /** The mails that arrived; `failNext` makes SES fail, for tests. */
  readonly mail: Pick<Mail, 'messages' | 'failNext'>;
  /** The queues of the templates with what rests in them. */
  readonly queues: Pick<QueueStore, 'list'>;
  /**
   * Resolves when every stream mapping has caught up with its table and every subscription with its log group, without
   * waiting for batching windows, and no event is in delivery, its retries included. Waits as long as a function keeps
   * failing.
   */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface PlatformOptions {
  /** The folder that the CDK app was synthesized to. */
  readonly assemblyDir: string;
  /** Where tables, secrets and the rest survive a restart. @default - memory */
  readonly dataDir?: string;
  /** APIs take this port and those above it; see ports.ts. @default - free ports */
  readonly firstPort?: number;
  /** A DynamoDB to use in place of the embedded one. @default - embedded */
  readonly dynamoEndpoint?: string;
  /** @default us-east-1 */
  readonly region?: string;
}

/** What a function ended in when it did not answer. */
export class FunctionFailed extends Error {
  readonly errorType: string;
  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** Reads a cloud assembly, brings its stacks into being and serves its APIs. Throws what kept a resource from it. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const stacks = readAssembly(options.assemblyDir);
  const { services, awsEndpoint, stop } = await startServices(options);
  const { restApis, httpApis, lambda, logs, clock, secrets } = services;
  try {
    const outputs = await deploy(stacks, services);
    restApis.open();
    httpApis.open();
    services.eventSources.start();
    services.scheduler.start();
    const apis = [...restApis.all(), ...httpApis.all()].map(({ api, url }) => [api.id, { url, stack: api.stack, logicalId: api.logicalId, stage: [...api.stages.keys()][0] ?? '' }] as const);
    return {
      awsEndpoint,
      apis: new Map(apis),
      outputs,
      clock,
      logs: (name) => logs.read(name),
      invoke: (name, payload) => invoke(lambda, name, payload),
      secret: (id) => secrets.read(id),
      schedules: services.scheduler,
      mail: services.mail,
      queues: services.queues,
      settled: () => services.settled(),
      signIn: (email) => services.userPools.signIn(email),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function invoke(lambda: LambdaService, name: string, payload: unknown): Promise<unknown> {
  const outcome = await lambda.invoke(name, JSON.stringify(payload) ?? 'null');
  if (!outcome.ok) throw new FunctionFailed(outcome.error.errorType, outcome.error.errorMessage);
  return JSON.parse(outcome.payload) as unknown;
}
