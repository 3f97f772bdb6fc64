import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ServiceError } from '../aws/jsonProtocol.ts';
import type { ServiceCall } from '../aws/jsonProtocol.ts';
import type { AsyncInvocations } from '../lambda/asyncInvocations.ts';
import type { LambdaService } from '../lambda/service.ts';
import type { QueueStore } from '../sqs/queueStore.ts';
import type { EventPattern } from './eventPattern.ts';

/** What a service has to tell. */
export interface PublishedEvent {
  /** As `aws.ses`. */
  readonly source: string;
  /** As `Email Bounced`. */
  readonly detailType: string;
  readonly detail: object;
  /** ARNs of what the event is about. @default - none */
  readonly resources?: readonly string[];
}

/** A rule of the default bus. */
export interface Rule {
  readonly arn: string;
  readonly isEnabled: boolean;
  readonly matches: EventPattern;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly functionArn: string;
  /** Constant text that the function gets in place of the event. */
  readonly input: string | undefined;
  /** Where an event rests that could not be handed over. */
  readonly deadLetterArn: string | undefined;
}

/** EventBridge's default event bus. */
export interface EventBus {
  addRule(rule: Rule): void;
  /** Hands the event to the targets of every rule that matches it, without waiting for them; answers its id. */
  publish(event: PublishedEvent): string;
  /** `PutEvents`. */
  readonly call: ServiceCall;
}

export interface EventBusOptions {
  readonly identity: { readonly region: string; readonly accountId: string };
  readonly nowMs: () => number;
  readonly lambda: Pick<LambdaService, 'find' | 'mayInvoke'>;
  readonly invocations: Pick<AsyncInvocations, 'start'>;
  readonly queues: Pick<QueueStore, 'send'>;
  readonly log: (line: string) => void;
}

interface Envelope extends Record<string, unknown> {
  readonly id: string;
}

const putEvents = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string(),
        DetailType: z.string(),
        Detail: z.string(),
        EventBusName: z.string().default('default'),
        Resources: z.array(z.string()).default([]),
        Time: z.number().optional(),
      }),
    )
    .min(1)
    .max(10),
});

/**
 * The bus hands an event over to Lambda and is done with it, as on AWS: what the function then fails with is a matter
 * of its own retries and its own destination. The target's queue only gets what could not be handed over, which here
 * happens for the two reasons that AWS does not try again either: there is no such function, or the rule may not call it.
 */
export function createEventBus(options: EventBusOptions): EventBus {
  const rules = new Map<string, Rule>();
  const deliver = (event: Envelope): string => {
    for (const rule of rules.values()) {
      if (rule.isEnabled && rule.matches(event)) for (const target of rule.targets) handOver(options, rule, target, event);
    }
    return event.id;
  };
  const publish = (event: PublishedEvent): string => deliver(envelope(event, options.nowMs(), options));
  return {
    addRule: (rule) => void rules.set(rule.arn, rule),
    publish,
    call(operation, input) {
      if (operation !== 'PutEvents') throw ServiceError.unknownOperation(operation);
      const entries = putEvents.parse(input).Entries.map((entry) => {
        const detail = readDetail(entry.Detail);
        if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
        if (!/(?:^|\/)default$/u.test(entry.EventBusName)) return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${entry.EventBusName} does not exist.` };
        const atMs = entry.Time === undefined ? options.nowMs() : entry.Time * 1000;
        return { EventId: deliver(envelope({ source: entry.Source, detailType: entry.DetailType, detail, resources: entry.Resources }, atMs, options)) };
      });
      return { FailedEntryCount: entries.filter((entry) => 'ErrorCode' in entry).length, Entries: entries };
    },
  };
}

/** The event as targets get it and patterns see it. */
function envelope({ source, detailType, detail, resources = [] }: PublishedEvent, atMs: number, { identity }: EventBusOptions): Envelope {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: identity.accountId,
    time: new Date(atMs).toISOString().replace(/\.\d{3}Z$/u, 'Z'),
    region: identity.region,
    resources,
    detail,
  };
}

function handOver({ lambda, invocations, queues, identity, log }: EventBusOptions, rule: Rule, target: RuleTarget, event: Envelope): void {
  const refuse = (code: string, message: string): void => {
    log(`The rule ${rule.arn} could not hand the event ${event.id} to ${target.functionArn}: ${message}`);
    if (target.deadLetterArn === undefined) return;
    const attributes = { RULE_ARN: rule.arn, TARGET_ARN: target.functionArn, ERROR_CODE: code, ERROR_MESSAGE: message };
    queues.send(target.deadLetterArn, { body: JSON.stringify(event), attributes });
  };
  if (lambda.find(target.functionArn)?.arn !== target.functionArn) return refuse('NO_RESOURCE', 'There is no such function.');
  const invoker = { principal: 'events.amazonaws.com', sourceArn: rule.arn, accountId: identity.accountId };
  if (!lambda.mayInvoke(target.functionArn, invoker)) return refuse('NO_PERMISSIONS', 'Its resource policy lets no rule of this ARN call it.');
  invocations.start(target.functionArn, target.input ?? JSON.stringify(event));
}

function readDetail(text: string): object | undefined {
  try {
    const detail = JSON.parse(text) as unknown;
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}
