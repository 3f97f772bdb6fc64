import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod';
import { createRestApis } from './apigateway/restApis.ts';
import { createApiKeys } from './apigateway/apiKeys.ts';
import { serveAws } from './aws/endpoint.ts';
import { accessLogWriter } from './cloudwatchlogs/accessLog.ts';
import { createLogGroups } from './cloudwatchlogs/logGroups.ts';
import { createClock } from './clock.ts';
import type { PlatformClock } from './clock.ts';
import { createCustomResources } from './cloudformation/customResources.ts';
import type { CustomResources } from './cloudformation/customResources.ts';
import { startDynamo } from './dynamodb/startDynamo.ts';
import type { StreamLog } from './dynamodb/streamLog.ts';
import { credentials, functionEnvironment } from './functionEnvironment.ts';
import { createLambdaService } from './lambda/service.ts';
import type { LambdaService } from './lambda/service.ts';
import { createTaskFolders } from './lambda/taskFolders.ts';
import { createLogStore } from './logs.ts';
import { createHttpApis } from './httpapi/httpApis.ts';
import { createUserPools } from './oidc/userPools.ts';
import { persisted } from './persisted.ts';
import type { PlatformOptions } from './platform.ts';
import { assignPorts } from './ports.ts';
import { createSecretStore } from './secretsmanager/secretStore.ts';
import type { PlatformServices } from './services.ts';
import { createMail } from './ses/mail.ts';
import { queueApi } from './sqs/api.ts';
import { createEventServices } from './startEvents.ts';
import { createParameterStore } from './ssm/parameterStore.ts';
import { createDynamoClient } from './tables/dynamoClient.ts';

export interface StartedServices {
  readonly services: PlatformServices;
  readonly awsEndpoint: string;
  /** Ends everything that was started; a second call waits for the first. */
  stop(): Promise<void>;
}

type Close = () => Promise<void> | void;

const accountId = '000000000000';

/** Starts every service, empty or with what the data folder holds. What fails stops what was started before. */
export async function startServices(options: PlatformOptions): Promise<StartedServices> {
  const closers: Close[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= closeInReverse(closers));
  try {
    return { ...(await start(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** First the doors, then what stands behind them. */
async function closeInReverse(closers: readonly Close[]): Promise<void> {
  for (const close of closers.toReversed()) await close();
}

async function start(options: PlatformOptions, closers: Close[]): Promise<Omit<StartedServices, 'stop'>> {
  const { dataDir, region = 'us-east-1' } = options;
  const ports = assignPorts(options.firstPort);
  const clock = openClock(dataDir);
  const { nowMs } = clock;
  const logs = createLogStore();
  const platformLog = (name: string) => (line: string): void => logs.append({ at: new Date(nowMs()).toISOString(), functionName: name, cdkPath: name, line });
  const { endpoint: dynamoEndpoint, streamLog } = options.dynamoEndpoint === undefined ? await startStore({ dataDir, region, clock }, closers) : { endpoint: options.dynamoEndpoint };
  const arnPrefix = (service: string): string => `arn:aws:${service}:${region}:${accountId}`;
  const secrets = createSecretStore({ dataDir, nowMs, arnPrefix: arnPrefix('secretsmanager') });
  const parameters = createParameterStore({ dataDir, nowMs, arnPrefix: arnPrefix('ssm') });
  const logGroups = createLogGroups(nowMs);
  const lambda = createLambdaService({ clock, logs, logGroups });
  const events = createEventServices({ dataDir, identity: { region, accountId }, clock, dynamoEndpoint, streamLog, lambda, logGroups, platformLog });
  const mail = createMail({ dataDir, region, accountId, nowMs, uuid: randomUUID, publish: (event) => void events.eventBus.publish(event) });
  let customResources: CustomResources | undefined;
  const aws = await serveAws({
    port: ports.aws,
    dynamoEndpoint,
    mail,
    invocations: { lambda, invocations: events.asyncInvocations },
    services: { secretsmanager: secrets.call, AmazonSSM: parameters.call, AmazonSQS: queueApi(events.queues), AWSEvents: events.eventBus.call },
    receiveCustomResource: (id, body) => customResources?.receive(id, body) ?? false,
  });
  closers.push(() => aws.close());
  customResources = createCustomResources({ dataDir, responseUrl: `${aws.url}/cloudformation/responses`, invoke: (arn, event) => failureOf(lambda, arn, event) });
  const taskFolders = createTaskFolders();
  closers.push(() => taskFolders.remove());
  closers.push(() => lambda.stop());
  closers.push(() => events.stop());
  const apiKeys = createApiKeys();
  const gateway = { lambda, nowMs, accountId, region, apiKeys, writeAccessLog: accessLogWriter({ logs, logGroups, nowMs }), log: platformLog('apigateway') };
  const restApis = createRestApis(gateway, ports.nextApi);
  closers.push(() => restApis.close());
  const httpApis = createHttpApis(gateway, ports.furtherApi);
  closers.push(() => httpApis.close());
  const userPools = createUserPools({ dataDir, port: ports.signIn, nowMs, log: platformLog('cognito') });
  closers.push(() => userPools.close());
  const dynamo = createDynamoClient({ endpoint: dynamoEndpoint, region, accessKeyId: credentials.AWS_ACCESS_KEY_ID });
  const environment = functionEnvironment({ region, awsUrl: aws.url, dynamoEndpoint });
  return {
    awsEndpoint: aws.url,
    services: { region, accountId, clock, logs, logGroups, lambda, taskFolders, apiKeys, restApis, httpApis, secrets, parameters, customResources, userPools, ...events, mail, dynamo, functionEnvironment: environment },
  };
}

/** The embedded store; what its TTL says is due after a move of the clock goes at once. */
async function startStore({ dataDir, region, clock }: { dataDir: string | undefined; region: string; clock: PlatformClock }, closers: Close[]): Promise<{ endpoint: string; streamLog?: StreamLog }> {
  const dynamo = await startDynamo({ now: clock.nowMs, region, accountId, ...(dataDir !== undefined && { dataDir: path.join(dataDir, 'dynamodb') }) });
  closers.push(() => dynamo.close());
  clock.onMove(() => void dynamo.sweepTtl());
  return { endpoint: dynamo.endpoint, streamLog: dynamo.streams };
}

/** Keeps the offset, so that what was written "tomorrow" is not from the future after a restart. */
function openClock(dataDir: string | undefined): PlatformClock {
  const state = persisted({ dataDir, name: 'clock', schema: z.object({ offsetMs: z.number() }), initial: { offsetMs: 0 } });
  const clock = createClock(state.value.offsetMs);
  clock.onMove((offsetMs) => {
    state.value = { offsetMs };
    state.save();
  });
  return clock;
}

async function failureOf(lambda: LambdaService, arn: string, event: object): Promise<string | undefined> {
  const outcome = await lambda.invoke(arn, JSON.stringify(event));
  return outcome.ok ? undefined : `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
}
