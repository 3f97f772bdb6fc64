import { describe, expect, it } from 'vitest';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';

const { Jobs: template } = synthesized();

describe('the events are checkpointed daily', () => {
  const [schedule] = Object.values(resources(template, 'AWS::Scheduler::Schedule'));
  const [queue] = Object.keys(resources(template, 'AWS::SQS::Queue'));
  const [lambda] = Object.keys(resources(template, 'AWS::Lambda::Function'));
  const queueArn = { 'Fn::GetAtt': [queue, 'Arn'] };

  it('at night, within half an hour, told for which time', () => {
    expect(schedule?.Properties).toMatchObject({
      Name: 'gatewarden-checkpoint-events',
      ScheduleExpression: 'cron(17 3 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 },
      Target: { Arn: { 'Fn::GetAtt': [lambda, 'Arn'] }, Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}' },
    });
  });

  it('a run that cannot be begun is tried again, and then rests in the queue', () => {
    expect(schedule?.Properties).toMatchObject({
      Target: { RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 }, DeadLetterConfig: { Arn: queueArn } },
    });
  });

  it('so does a run that has failed three times', () => {
    expect(found(template, 'AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: lambda },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    })).toHaveLength(1);
  });

  it('an alarm is raised while a run rests there', () => {
    expect(found(template, 'AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    })).toHaveLength(1);
  });

  it('the schedule comes after its rights, without which it would be refused', () => {
    const [policy] = Object.entries(resources(template, 'AWS::IAM::Policy')).filter(([id]) => id.includes('ScheduleRole'));
    expect(schedule?.DependsOn).toContain(policy?.[0]);
  });

  it('only the scheduler of this account can take its role', () => {
    const role = Object.entries(resources(template, 'AWS::IAM::Role')).find(([id]) => id.includes('ScheduleRole'));
    expect(role?.[1].Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
  });
});
