import { gzipSync } from 'node:zlib';
import type { AsyncInvocations } from '../lambda/asyncInvocations.ts';
import type { LambdaService } from '../lambda/service.ts';
import type { Work } from '../settled.ts';
import { compileFilterPattern } from './filterPattern.ts';
import type { LineFilter } from './filterPattern.ts';
import type { LogEvent, LogGroups, LogPlace } from './logGroups.ts';

/** Hands the lines of a log group to a function (`AWS::Logs::SubscriptionFilter`). */
export interface SubscriptionFilter {
  readonly name: string;
  readonly logGroup: string;
  readonly filterPattern: string;
  readonly functionArn: string;
}

export interface Subscriptions extends Work {
  /**
   * Throws where CloudWatch Logs would refuse it: a third filter of a group, or a function that may not be called; and
   * for a function whose own lines would call it again without end.
   */
  add(filter: SubscriptionFilter): void;
  /** Hands over nothing more. */
  stop(): void;
}

export interface SubscriptionOptions {
  readonly logGroups: Pick<LogGroups, 'onPut'>;
  readonly lambda: Pick<LambdaService, 'find' | 'mayInvoke'>;
  /** CloudWatch Logs does not wait for the function either: what fails is tried again. */
  readonly invocations: Pick<AsyncInvocations, 'start'>;
  readonly identity: { readonly region: string; readonly accountId: string };
}

interface Subscription extends SubscriptionFilter {
  readonly matches: LineFilter;
}

interface Batch {
  readonly subscription: Subscription;
  readonly place: LogPlace;
  readonly events: LogEvent[];
  bytes: number;
}

const maxFiltersOfGroup = 2;
/** AWS takes seconds; here somebody is watching. */
const batchingMs = 100;
const maxEvents = 1_000;
/** Before compression; an asynchronous invocation takes 1 MB after it. */
const maxBytes = 500_000;

export function createSubscriptions(options: SubscriptionOptions): Subscriptions {
  const subscriptions: Subscription[] = [];
  const batches = new Map<string, Batch>();
  let [begun, isStopped] = [0, false];
  let timer: NodeJS.Timeout | undefined;

  const handOver = (key: string, batch: Batch): void => {
    batches.delete(key);
    options.invocations.start(batch.subscription.functionArn, eventOf(batch, options.identity));
  };
  const handOverAll = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [key, batch] of batches) handOver(key, batch);
  };
  const take = (subscription: Subscription, place: LogPlace, event: LogEvent): void => {
    const key = JSON.stringify([subscription.functionArn, subscription.name, place.logGroup, place.logStream]);
    const size = Buffer.byteLength(event.message);
    const full = batches.get(key);
    if (full && (full.events.length >= maxEvents || full.bytes + size > maxBytes)) handOver(key, full);
    const batch = batches.get(key) ?? { subscription, place, events: [], bytes: 0 };
    batch.events.push(event);
    batch.bytes += size;
    batches.set(key, batch);
    begun += 1;
    timer ??= setTimeout(handOverAll, batchingMs);
  };
  options.logGroups.onPut((place, event) => {
    if (isStopped) return;
    for (const subscription of subscriptions) if (subscription.logGroup === place.logGroup && subscription.matches(event.message)) take(subscription, place, event);
  });

  return {
    add(filter) {
      refuseImpossible(filter, subscriptions, options);
      subscriptions.push({ ...filter, matches: compileFilterPattern(filter.filterPattern) });
    },
    begun: () => begun,
    idle: async () => handOverAll(),
    stop() {
      isStopped = true;
      clearTimeout(timer);
      batches.clear();
    },
  };
}

function refuseImpossible(filter: SubscriptionFilter, others: readonly SubscriptionFilter[], { lambda, identity }: SubscriptionOptions): void {
  const { logGroup, functionArn } = filter;
  const { region, accountId } = identity;
  if (others.filter((other) => other.logGroup === logGroup).length >= maxFiltersOfGroup) throw new Error(`the log group ${logGroup} has ${maxFiltersOfGroup} subscription filters already, which is all it can have.`);
  if (lambda.find(functionArn)?.arn !== functionArn) throw new Error(`there is no function ${functionArn}.`);
  const sourceArn = `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:*`;
  const principals = ['logs.amazonaws.com', `logs.${region}.amazonaws.com`];
  if (!principals.some((principal) => lambda.mayInvoke(functionArn, { principal, sourceArn, accountId })))
    throw new Error(`could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute ${functionArn} for ${sourceArn}.`);
  if (groupsBehind(filter, others, lambda).has(logGroup)) throw new Error(`${functionArn} would be called for the lines that it writes itself, without end.`);
}

/** The log groups in which a subscription's function writes, and the functions that subscribe to those, and so on. */
function groupsBehind({ functionArn }: SubscriptionFilter, others: readonly SubscriptionFilter[], lambda: SubscriptionOptions['lambda'], seen = new Set<string>()): Set<string> {
  const own = lambda.find(functionArn)?.logGroup;
  if (own === undefined || seen.has(own)) return seen;
  seen.add(own);
  for (const other of others) if (other.logGroup === own) groupsBehind(other, others, lambda, seen);
  return seen;
}

/** `{ awslogs: { data } }`: base64 of gzip of JSON. */
function eventOf({ subscription, place, events }: Batch, { accountId }: SubscriptionOptions['identity']): string {
  const { logGroup, logStream } = place;
  const content = { messageType: 'DATA_MESSAGE', owner: accountId, logGroup, logStream, subscriptionFilters: [subscription.name], logEvents: events };
  return JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') } });
}
