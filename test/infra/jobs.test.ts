import { describe, expect, it } from 'vitest';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';
import type { Resource } from './synthesized.ts';

const { Jobs: template } = synthesized();

/** The only resource of a type whose logical id begins like this. */
function only(type: string, begin: string): readonly [id: string, resource: Resource] {
  const candidates = Object.entries(resources(template, type)).filter(([id]) => id.startsWith(begin));
  const [first, ...more] = candidates;
  if (!first || more.length > 0) throw new Error(`${candidates.length} resources ${type} begin with ${begin}.`);
  return first;
}

const idOf = (type: string, begin: string): string => only(type, begin)[0];
const propertiesOf = (type: string, begin: string) => only(type, begin)[1].Properties;
const arnOf = (type: string, begin: string) => ({ 'Fn::GetAtt': [idOf(type, begin), 'Arn'] });
const queueOf = (name: string) => arnOf('AWS::SQS::Queue', `${name}Failures`);

describe.each([
  { job: 'CheckpointEvents', name: 'gatewarden-checkpoint-events', expression: 'cron(17 3 * * ? *)', windowMinutes: 30 },
  { job: 'SweepKeys', name: 'gatewarden-sweep-keys', expression: 'cron(23 * * * ? *)', windowMinutes: 10 },
])('the schedule $name', ({ job, name, expression, windowMinutes }) => {
  const [, schedule] = only('AWS::Scheduler::Schedule', job);

  it('runs its job at its time, in UTC, told for which time', () => {
    expect(schedule.Properties).toMatchObject({
      Name: name,
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
      Target: { Arn: arnOf('AWS::Lambda::Function', `${job}Job`), Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}' },
    });
  });

  it('a run that cannot be begun is tried again, and then rests in the queue', () => {
    expect(schedule.Properties).toMatchObject({
      Target: { RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 }, DeadLetterConfig: { Arn: queueOf(job) } },
    });
  });

  it('so does a run that has failed three times', () => {
    expect(propertiesOf('AWS::Lambda::EventInvokeConfig', job)).toMatchObject({
      FunctionName: { Ref: idOf('AWS::Lambda::Function', `${job}Job`) },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queueOf(job) } },
    });
  });

  it('a run has a quarter of an hour', () => {
    expect(propertiesOf('AWS::Lambda::Function', `${job}Job`)).toMatchObject({ Timeout: 900 });
  });

  it('comes after its rights, without which it would be refused', () => {
    expect(schedule.DependsOn).toContain(idOf('AWS::IAM::Policy', `${job}ScheduleRole`));
  });

  it('only the scheduler of this account can take its role', () => {
    expect(propertiesOf('AWS::IAM::Role', `${job}ScheduleRole`)['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
  });
});

it('an alarm is raised when no sweep has ended well for three hours, and when none was begun', () => {
  const metric = (MetricName: string) => ({
    MetricStat: {
      Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions: [{ Name: 'FunctionName', Value: { Ref: idOf('AWS::Lambda::Function', 'SweepKeys') } }] },
      Period: 3600,
      Stat: 'Sum',
    },
    ReturnData: false,
  });
  expect(propertiesOf('AWS::CloudWatch::Alarm', 'SweepKeysSilent')).toMatchObject({
    Metrics: [
      { Expression: 'runs - failures', ReturnData: true },
      { Id: 'runs', ...metric('Invocations') },
      { Id: 'failures', ...metric('Errors') },
    ],
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    EvaluationPeriods: 3,
    TreatMissingData: 'breaching',
  });
});

describe.each([
  {
    consumer: 'MailKeyEvents',
    timeoutSec: 120,
    filter:
      '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"pk":{"S":[{"prefix":"EVENTS#"}]},"type":{"S":["key.created","key.rotated","key.revoked","key.deactivated"]}}}}',
  },
  {
    consumer: 'RecordPurges',
    timeoutSec: 60,
    filter: '{"eventName":["REMOVE"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"KEY#"}]},"sk":{"S":["KEY"]}}}}',
  },
])('the consumer $consumer of the stream of keys', ({ consumer, timeoutSec, filter }) => {
  const [lambdaId, lambda] = only('AWS::Lambda::Function', `${consumer}Consumer`);
  const mapping = propertiesOf('AWS::Lambda::EventSourceMapping', consumer);

  it('is given these records and no others, within seconds', () => {
    expect(mapping).toMatchObject({
      FunctionName: { Ref: lambdaId },
      EventSourceArn: { 'Fn::ImportValue': expect.stringMatching(/^Gatewarden-Data:ExportsOutputFnGetAttKeys[0-9A-F]{8}StreamArn/) },
      FilterCriteria: { Filters: [{ Pattern: filter }] },
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
    });
    expect(mapping).not.toHaveProperty('Enabled');
  });

  it('misses nothing that changes while it is being deployed', () => {
    expect(mapping).toMatchObject({ StartingPosition: 'TRIM_HORIZON' });
  });

  it('a record that fails comes again, alone in the end, and then rests in the queue while those behind it go on', () => {
    expect(mapping).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 86_400,
      DestinationConfig: { OnFailure: { Destination: queueOf(consumer) } },
    });
  });

  it(`a run has ${timeoutSec} seconds`, () => {
    expect(lambda.Properties).toMatchObject({ Timeout: timeoutSec });
  });

  it('its mapping comes after its rights, without which it would be refused', () => {
    // By way of the function, which the mapping names.
    expect(lambda.DependsOn).toContain(idOf('AWS::IAM::Policy', `${consumer}Consumer`));
  });
});

it('two consumers read the stream of keys: a third would slow both', () => {
  expect(Object.keys(resources(template, 'AWS::Lambda::EventSourceMapping'))).toHaveLength(2);
});

describe.each(['CheckpointEvents', 'SweepKeys', 'MailKeyEvents', 'RecordPurges', 'CountUsage', 'SuppressAddress'])('%s', (name) => {
  it('an alarm is raised while something that failed rests in its queue', () => {
    expect(found(template, 'AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [idOf('AWS::SQS::Queue', name), 'QueueName'] } }],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    })).toHaveLength(1);
  });

  it('what failed rests there for two weeks', () => {
    expect(propertiesOf('AWS::SQS::Queue', name)).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
  });
});

it('what was deployed before keeps its logical id: CloudFormation would replace what is renamed', () => {
  expect([
    idOf('AWS::Scheduler::Schedule', 'CheckpointEvents'),
    idOf('AWS::SQS::Queue', 'CheckpointEvents'),
    idOf('AWS::CloudWatch::Alarm', 'CheckpointEvents'),
    idOf('AWS::Lambda::Function', 'CheckpointEvents'),
  ]).toEqual([
    'CheckpointEventsScheduleA7DE0611',
    'CheckpointEventsFailuresA67ED287',
    'CheckpointEventsFailed1313089B',
    'CheckpointEventsJobFunction569B641C',
  ]);
});
