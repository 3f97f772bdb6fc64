import assert from 'node:assert/strict';
import * as z from 'zod';
import type { JobName, Jobs } from './jobs.ts';
import type { Operator } from './operator.ts';
import type { Report } from './report.ts';
import { readSchedule } from './schedule.ts';
import { keysStream } from './tables.ts';
import { bounceOf } from './undelivered.ts';

interface Deployed {
  readonly operator: Operator;
  readonly jobs: Jobs;
}

/** What runs by the clock and follows changes and mails is wired to each other as deployed. */
export async function jobsDeployed({ operator, jobs }: Deployed, report: Report): Promise<void> {
  await report.part('Schedule, stream and mail are wired', async () => {
    await report.check('the sweep runs each hour, is tried again, and rests in a queue where it cannot be begun', () => schedule({ operator, jobs }));
    await report.check('the role of its schedule may call the sweep and fill its queue, and nothing else', () => scheduleRole({ operator, jobs }));
    await report.check('two consumers follow the stream of keys, each by its filter, with a queue for what fails', () => streams({ operator, jobs }));
    await report.check('runs that nobody waits for are tried again, and rest in a queue', () => asynchronousRuns({ operator, jobs }));
    await report.check('mails go out under an identity and a configuration set, which tells the bus of bounces and complaints', () => mails({ operator, jobs }));
    await report.check('the rule of the bus lets through bounces and complaints of this deployment’s mails, and no others', () => rule({ operator, jobs }));
  });
}

async function schedule({ operator, jobs }: Deployed): Promise<void> {
  const { ScheduleExpression, State, FlexibleTimeWindow, Target } = await readSchedule(operator);
  assert.deepEqual([ScheduleExpression, State, FlexibleTimeWindow], ['cron(23 * * * ? *)', 'ENABLED', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 }]);
  const { RoleArn: _, ...target } = Target;
  assert.deepEqual(target, {
    Arn: jobs.functionArn('SweepKeys'),
    DeadLetterConfig: { Arn: jobs.failuresArn('SweepKeys') },
    RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 10 },
    Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}',
  });
}

const policiesShape = z.object({ PolicyNames: z.tuple([z.string()]) });
const policyShape = z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) });

/** By its policy: nobody but the scheduler may take on the role. */
async function scheduleRole({ operator, jobs }: Deployed): Promise<void> {
  const { Target } = await readSchedule(operator);
  const RoleName = Target.RoleArn.slice(Target.RoleArn.lastIndexOf('/') + 1);
  const { PolicyNames } = policiesShape.parse(await operator.aws('iam', 'list_role_policies', { RoleName }));
  const { PolicyDocument } = policyShape.parse(await operator.aws('iam', 'get_role_policy', { RoleName, PolicyName: PolicyNames[0] }));
  assert.deepEqual(PolicyDocument.Statement, [
    { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: jobs.functionArn('SweepKeys') },
    { Action: 'sqs:SendMessage', Effect: 'Allow', Resource: jobs.failuresArn('SweepKeys') },
  ]);
  await assert.rejects(operator.asRole(Target.RoleArn, []), /is not authorized to perform: sts:AssumeRole/);
}

const mappingShape = z.object({
  FunctionArn: z.string(),
  EventSourceArn: z.string(),
  State: z.string(),
  StartingPosition: z.string(),
  BatchSize: z.number(),
  MaximumBatchingWindowInSeconds: z.number(),
  MaximumRetryAttempts: z.number(),
  MaximumRecordAgeInSeconds: z.number(),
  BisectBatchOnFunctionError: z.boolean(),
  FunctionResponseTypes: z.array(z.string()),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string().transform((text): unknown => JSON.parse(text)) })) }),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }),
});
const streamShape = z.object({ StreamDescription: z.object({ StreamStatus: z.string(), StreamViewType: z.string() }) });
const mappingsShape = z.object({ EventSourceMappings: z.array(mappingShape) });

const filters = {
  MailKeyEvents: {
    eventName: ['INSERT'],
    dynamodb: { NewImage: { pk: { S: [{ prefix: 'EVENTS#' }] }, type: { S: ['key.created', 'key.rotated', 'key.revoked', 'key.deactivated'] } } },
  },
  RecordPurges: { eventName: ['REMOVE'], dynamodb: { Keys: { pk: { S: [{ prefix: 'KEY#' }] }, sk: { S: ['KEY'] } } } },
} satisfies Partial<Record<JobName, object>>;

async function streams({ operator, jobs }: Deployed): Promise<void> {
  const stream = await keysStream(operator);
  assert.deepEqual(streamShape.parse(await operator.aws('dynamodbstreams', 'describe_stream', { StreamArn: stream })).StreamDescription, {
    StreamStatus: 'ENABLED',
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  });
  const { EventSourceMappings } = mappingsShape.parse(await operator.aws('lambda', 'list_event_source_mappings', {}));
  assert.equal(EventSourceMappings.length, 2);
  for (const job of ['MailKeyEvents', 'RecordPurges'] as const) {
    const arn = jobs.functionArn(job);
    assert.deepEqual(EventSourceMappings.find(({ FunctionArn }) => FunctionArn === arn), {
      FunctionArn: arn,
      EventSourceArn: stream,
      State: 'Enabled',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 86_400,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: { Filters: [{ Pattern: filters[job] }] },
      DestinationConfig: { OnFailure: { Destination: jobs.failuresArn(job) } },
    });
  }
}

const invocationsShape = z.object({ MaximumRetryAttempts: z.number(), DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }) });

async function asynchronousRuns({ operator, jobs }: Deployed): Promise<void> {
  for (const job of ['CheckpointEvents', 'SweepKeys', 'SuppressAddress', 'CountUsage'] as const) {
    const parameters = { FunctionName: jobs.functionName(job), Qualifier: '$LATEST' };
    const config = invocationsShape.parse(await operator.aws('lambda', 'get_function_event_invoke_config', parameters));
    assert.deepEqual(config, { MaximumRetryAttempts: 2, DestinationConfig: { OnFailure: { Destination: jobs.failuresArn(job) } } });
  }
}

const identityShape = z.object({ IdentityType: z.string() });
const setShape = z.object({
  DeliveryOptions: z.object({ TlsPolicy: z.string() }),
  SuppressionOptions: z.object({ SuppressedReasons: z.array(z.string()) }),
});
const destinationsShape = z.object({
  EventDestinations: z.array(
    z.object({ Enabled: z.boolean(), MatchingEventTypes: z.array(z.string()), EventBridgeDestination: z.object({ EventBusArn: z.string() }) }),
  ),
});

async function mails({ operator, jobs }: Deployed): Promise<void> {
  const ses = (operation: string, parameters: Record<string, unknown>) => operator.aws('sesv2', operation, parameters);
  const ConfigurationSetName = jobs.configurationSet;
  assert.deepEqual(identityShape.parse(await ses('get_email_identity', { EmailIdentity: 'keys@example.com' })), { IdentityType: 'EMAIL_ADDRESS' });
  assert.deepEqual(setShape.parse(await ses('get_configuration_set', { ConfigurationSetName })), {
    DeliveryOptions: { TlsPolicy: 'REQUIRE' },
    SuppressionOptions: { SuppressedReasons: ['COMPLAINT'] },
  });
  assert.deepEqual(destinationsShape.parse(await ses('get_configuration_set_event_destinations', { ConfigurationSetName })).EventDestinations, [
    {
      Enabled: true,
      MatchingEventTypes: ['BOUNCE', 'COMPLAINT'],
      EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:000000000000:event-bus/default' },
    },
  ]);
}

const rulesShape = z.object({ Rules: z.array(z.object({ Name: z.string(), State: z.string(), EventPattern: z.string().optional() })) });
const targetsShape = z.object({
  Targets: z.array(z.object({ Arn: z.string(), DeadLetterConfig: z.object({ Arn: z.string() }), RetryPolicy: z.object({ MaximumRetryAttempts: z.number() }) })),
});
const matchShape = z.object({ Result: z.boolean() });

async function rule({ operator, jobs }: Deployed): Promise<void> {
  const events = (operation: string, parameters: Record<string, unknown>) => operator.aws('events', operation, parameters);
  const { Rules } = rulesShape.parse(await events('list_rules', { NamePrefix: 'Gatewarden-Jobs' }));
  const [only, ...more] = Rules;
  assert.ok(only?.State === 'ENABLED' && more.length === 0, `There are ${Rules.length} rules.`);
  assert.deepEqual(targetsShape.parse(await events('list_targets_by_rule', { Rule: only.Name })).Targets, [
    {
      Arn: jobs.functionArn('SuppressAddress'),
      DeadLetterConfig: { Arn: jobs.failuresArn('SuppressAddress') },
      RetryPolicy: { MaximumRetryAttempts: 185 },
    },
  ]);
  const bounce = bounceOf('ada@example.com', jobs.configurationSet);
  const passes = async (event: object): Promise<boolean> =>
    matchShape.parse(await events('test_event_pattern', { EventPattern: only.EventPattern, Event: JSON.stringify(event) })).Result;
  assert.equal(await passes(bounce), true);
  assert.equal(await passes({ ...bounce, 'detail-type': 'Email Complaint Received' }), true);
  assert.equal(await passes({ ...bounce, 'detail-type': 'Email Delivered' }), false);
  assert.equal(await passes({ ...bounce, source: 'custom.ses' }), false);
  assert.equal(await passes(bounceOf('ada@example.com', 'of-another')), false);
}
