import type { PlatformClock } from './clock.ts';
import type { LogGroups } from './cloudwatchlogs/logGroups.ts';
import { createSubscriptions } from './cloudwatchlogs/subscriptions.ts';
import type { Subscriptions } from './cloudwatchlogs/subscriptions.ts';
import type { StreamLog } from './dynamodb/streamLog.ts';
import { createEventBus } from './eventbridge/eventBus.ts';
import type { EventBus } from './eventbridge/eventBus.ts';
import { createEventSources } from './eventsources/eventSources.ts';
import type { EventSources } from './eventsources/eventSources.ts';
import { credentials } from './functionEnvironment.ts';
import { createAsyncInvocations } from './lambda/asyncInvocations.ts';
import type { AsyncInvocations } from './lambda/asyncInvocations.ts';
import type { LambdaService } from './lambda/service.ts';
import { createScheduler } from './scheduler/schedules.ts';
import type { Scheduler } from './scheduler/schedules.ts';
import { settled } from './settled.ts';
import { createQueueStore } from './sqs/queueStore.ts';
import type { QueueStore } from './sqs/queueStore.ts';
import { createDynamoClient } from './tables/dynamoClient.ts';

/** What calls functions that nobody waits for, and where their failures rest. */
export interface EventServices {
  readonly queues: QueueStore;
  readonly asyncInvocations: AsyncInvocations;
  readonly eventBus: EventBus;
  readonly scheduler: Scheduler;
  readonly eventSources: EventSources;
  readonly subscriptions: Subscriptions;
  /** Resolves when every stream mapping and log subscription has caught up and no event is in delivery, its retries included. */
  settled(): Promise<void>;
  /** Begins nothing more. */
  stop(): void;
}

export interface EventServiceOptions {
  readonly dataDir: string | undefined;
  readonly identity: { readonly region: string; readonly accountId: string };
  readonly clock: PlatformClock;
  readonly dynamoEndpoint: string;
  /** Of the embedded store; undefined where another holds the tables. */
  readonly streamLog: Pick<StreamLog, 'subscribe'> | undefined;
  readonly lambda: LambdaService;
  readonly logGroups: Pick<LogGroups, 'onPut'>;
  /** The log of the service with this name. */
  readonly platformLog: (name: string) => (line: string) => void;
}

export function createEventServices({ dataDir, identity, clock, dynamoEndpoint, streamLog, lambda, logGroups, platformLog }: EventServiceOptions): EventServices {
  const { nowMs } = clock;
  const { region } = identity;
  const queues = createQueueStore({ dataDir, nowMs });
  const asyncInvocations = createAsyncInvocations({ lambda, queues, nowMs, log: platformLog('lambda') });
  const eventBus = createEventBus({ identity, nowMs, lambda, invocations: asyncInvocations, queues, log: platformLog('events') });
  const scheduler = createScheduler({ dataDir, clock, lambda, invocations: asyncInvocations, queues, identity, log: platformLog('scheduler') });
  const streams = createDynamoClient({ endpoint: dynamoEndpoint, region, accessKeyId: credentials.AWS_ACCESS_KEY_ID, target: 'DynamoDBStreams_20120810' });
  const eventSources = createEventSources({ dataDir, region, streams, onGrowth: streamLog?.subscribe, lambda, queues, nowMs, log: platformLog('lambda') });
  const subscriptions = createSubscriptions({ logGroups, lambda, invocations: asyncInvocations, identity });
  return {
    queues,
    asyncInvocations,
    eventBus,
    scheduler,
    eventSources,
    subscriptions,
    settled: () => settled([subscriptions, { begun: () => eventSources.readCount(), idle: () => eventSources.idle() }, { begun: () => asyncInvocations.started(), idle: () => asyncInvocations.idle() }]),
    stop() {
      scheduler.stop();
      eventSources.stop();
      subscriptions.stop();
      asyncInvocations.stop();
    },
  };
}
