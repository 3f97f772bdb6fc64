import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import rawConfig from '../../gatewarden.config.ts';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';

const templates = synthesized();
const { Alarms: alarms, Monitoring: monitoring } = templates;
const refusing = synthesized({ ...rawConfig, onLimitStoreFailure: 'refuse' });
const told = synthesized({ ...rawConfig, monitoring: { alarmEmail: 'oncall@example.com', tracing: true } });

const alarmed = Object.entries(templates).flatMap(([stack, template]) =>
  Object.entries(resources(template, 'AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => ({ name: `${stack} ${id.replace(/[0-9A-F]{8}$/, '')}`, properties: Properties })),
);

describe('an alarm', () => {
  it('is raised for these things and no others', () => {
    expect(alarmed.map(({ name }) => name).sort()).toEqual([
      'Jobs CheckpointEventsFailed',
      'Jobs CountUsageFailed',
      'Jobs MailFailed',
      'Jobs MailKeyEventsFailed',
      'Jobs RecordPurgesFailed',
      'Jobs SuppressAddressFailed',
      'Jobs SweepKeysFailed',
      'Jobs SweepKeysSilent',
      'Monitoring KeyAuthorizerCrashed',
      'Monitoring KeyAuthorizerSlow',
      'Monitoring KeyAuthorizerThrottled',
      'Monitoring KeyAuthorizerUndecided',
      'Monitoring LimiterFails',
      'Monitoring ManagementAuthorizerCrashed',
      'Monitoring ManagementAuthorizerSlow',
      'Monitoring ManagementAuthorizerThrottled',
      'Monitoring ManagementAuthorizerUndecided',
      'Monitoring RefusalSpikesexpiredkey',
      'Monitoring RefusalSpikesinactivekey',
      'Monitoring RefusalSpikesinsufficientscope',
      'Monitoring RefusalSpikesipnotallowed',
      'Monitoring RefusalSpikesmalformedkey',
      'Monitoring RefusalSpikesmissingkey',
      'Monitoring RefusalSpikesorganizationnotapproved',
      'Monitoring RefusalSpikesorganizationsuspended',
      'Monitoring RefusalSpikesplanlacksm2m',
      'Monitoring RefusalSpikesproductnotenabled',
      'Monitoring RefusalSpikesquotaexceeded',
      'Monitoring RefusalSpikesratelimited',
      'Monitoring RefusalSpikesrevokedkey',
      'Monitoring RefusalSpikesunknownkey',
      'Monitoring RefusalSpikeswrongenvironment',
      'Monitoring RefusalSpikeswrongproduct',
    ]);
  });

  it.each(alarmed)('$name goes to the topic, and says what has happened', ({ properties }) => {
    expect(properties['AlarmActions']).toHaveLength(1);
    expect(JSON.stringify(properties['AlarmActions'])).toMatch(/Gatewarden-Alarms.*ExportsOutputRefTopic|"StackName":"Gatewarden-Alarms"/);
    expect(properties['AlarmDescription']).toMatch(/^Gatewarden: .{30,}/);
  });
});

describe('the topic', () => {
  const topic = { Ref: Object.keys(resources(alarms, 'AWS::SNS::Topic'))[0] };
  const key = Object.keys(resources(alarms, 'AWS::KMS::Key'))[0];
  const ofThisAccount = {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cloudwatch:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':alarm:*']] } },
  };
  const statements = (type: string, document: string) =>
    Object.values(resources(alarms, type)).flatMap(({ Properties }) => (Properties[document] as { Statement: unknown[] }).Statement);

  it('is encrypted with a key of its own, which is renewed every year', () => {
    expect(found(alarms, 'AWS::SNS::Topic', { KmsMasterKeyId: { 'Fn::GetAtt': [key, 'Arn'] } })).toHaveLength(1);
    expect(found(alarms, 'AWS::KMS::Key', { EnableKeyRotation: true }, { DeletionPolicy: 'Delete' })).toEqual([key]);
  });

  it('takes messages from alarms of this account, over TLS, and from nobody else', () => {
    expect(statements('AWS::SNS::TopicPolicy', 'PolicyDocument')).toEqual([
      expect.objectContaining({ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish', Resource: topic, Condition: ofThisAccount }),
    ]);
  });

  it('lets these alarms use its key, without which their messages would be lost without a word', () => {
    expect(statements('AWS::KMS::Key', 'KeyPolicy').slice(1)).toEqual([
      { Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*', Condition: ofThisAccount },
    ]);
  });

  it('sends mails where an address is given, and none where there is none', () => {
    expect(found(told.Alarms, 'AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'oncall@example.com' })).toHaveLength(1);
    expect(resources(alarms, 'AWS::SNS::Subscription')).toEqual({});
  });
});

/** A reference that does not keep what it names from being taken away. */
const weakly = (output: RegExp) => Match.objectLike({ 'Fn::GetStackOutput': Match.objectLike({ OutputName: Match.stringLikeRegexp(output.source) }) });

describe.each([
  ['key', 'KeyAuthorizer'],
  ['management', 'ManagementAuthorizer'],
])('an operator is told when the %s authorizer', (authorizer, id) => {
  const onceInThreeOfFiveMinutes = {
    Statistic: 'Sum',
    Period: 60,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    EvaluationPeriods: 5,
    DatapointsToAlarm: 3,
    TreatMissingData: 'notBreaching',
  };
  const ofItsFunction = [{ Name: 'FunctionName', Value: weakly(new RegExp(`${id}Function`)) }];

  it('cannot decide', () => {
    const Dimensions = [{ Name: 'authorizer', Value: authorizer }, { Name: 'code', Value: 'authorizer_failure' }];
    expect(found(monitoring, 'AWS::CloudWatch::Alarm', { Namespace: 'Gatewarden', MetricName: 'Refusals', Dimensions, ...onceInThreeOfFiveMinutes })).toHaveLength(1);
  });

  it('does not answer: counted by what Lambda reports of its runs, since each 401 is an error to Lambda', () => {
    expect(found(monitoring, 'AWS::Logs::MetricFilter', {
      FilterPattern:
        '{ (($.type = "platform.report") && (($.record.status = "timeout") || ($.record.status = "failure") || ' +
        '($.record.errorType = "Runtime.OutOfMemory") || ($.record.errorType = "Runtime.ExitError"))) || ' +
        '(($.type = "platform.initReport") && ($.record.phase = "invoke") && (($.record.status = "error") || ($.record.status = "failure"))) }',
      LogGroupName: weakly(new RegExp(`${id}Logs`)),
      MetricTransformations: [{ MetricNamespace: 'Gatewarden', MetricName: `${id}Crashes`, MetricValue: '1' }],
    })).toHaveLength(1);
    expect(found(monitoring, 'AWS::CloudWatch::Alarm', { Namespace: 'Gatewarden', MetricName: `${id}Crashes`, ...onceInThreeOfFiveMinutes })).toHaveLength(1);
  });

  it('is not run for want of concurrency', () => {
    expect(found(monitoring, 'AWS::CloudWatch::Alarm', { Namespace: 'AWS/Lambda', MetricName: 'Throttles', Dimensions: ofItsFunction, ...onceInThreeOfFiveMinutes })).toHaveLength(1);
  });

  it('takes more than a second for one call in a hundred, a quarter of an hour long', () => {
    expect(found(monitoring, 'AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Lambda',
      MetricName: 'Duration',
      Dimensions: ofItsFunction,
      ExtendedStatistic: 'p99',
      Period: 300,
      EvaluationPeriods: 3,
      Threshold: 1000,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      EvaluateLowSampleCountPercentile: 'ignore',
    })).toHaveLength(1);
  });
});

it('no alarm stands on Lambda’s errors of an authorizer: a refusal by 401 is one', () => {
  expect(found(monitoring, 'AWS::CloudWatch::Alarm', { MetricName: 'Errors' })).toEqual([]);
  expect(JSON.stringify(resources(monitoring, 'AWS::CloudWatch::Alarm'))).not.toContain('"Errors"');
});

describe('an operator is told when requests cannot be counted', () => {
  const threeOfFiveMinutes = {
    DatapointsToAlarm: 3,
    EvaluationPeriods: 5,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  };

  it('where these are let through, and refused once as many have passed as may', () => {
    const counted = (outcome: string) =>
      Match.objectLike({
        Id: outcome,
        MetricStat: { Metric: { Namespace: 'Gatewarden', MetricName: 'LimiterFailures', Dimensions: [{ Name: 'outcome', Value: outcome }] }, Period: 60, Stat: 'Sum' },
        ReturnData: false,
      });
    const sum = Match.objectLike({ Expression: 'FILL(allowed, 0) + FILL(limited, 0)' });
    expect(found(monitoring, 'AWS::CloudWatch::Alarm', { ...threeOfFiveMinutes, Metrics: [sum, counted('allowed'), counted('limited')] })).toHaveLength(1);
  });

  it('where these are refused', () => {
    expect(found(refusing.Monitoring, 'AWS::CloudWatch::Alarm', {
      ...threeOfFiveMinutes,
      Namespace: 'Gatewarden',
      MetricName: 'LimiterFailures',
      Dimensions: [{ Name: 'outcome', Value: 'limited' }],
      Period: 60,
      Statistic: 'Sum',
    })).toHaveLength(1);
  });
});

it.each([
  'missing_key', 'malformed_key', 'unknown_key', 'inactive_key',
  'expired_key', 'revoked_key', 'organization_suspended', 'organization_not_approved',
  'plan_lacks_m2m', 'product_not_enabled', 'wrong_product', 'wrong_environment',
  'insufficient_scope', 'ip_not_allowed', 'rate_limited', 'quota_exceeded',
])(
  'an operator is told when far more requests than is usual are refused as %s, a quarter of an hour long',
  (code) => {
    expect(found(monitoring, 'AWS::CloudWatch::Alarm', {
      Threshold: Match.absent(),
      ThresholdMetricId: 'expr_1',
      ComparisonOperator: 'GreaterThanUpperThreshold',
      EvaluationPeriods: 3,
      TreatMissingData: 'notBreaching',
      Metrics: [
        Match.objectLike({ Id: 'expr_1', Expression: 'ANOMALY_DETECTION_BAND(m0, 3)' }),
        Match.objectLike({
          Id: 'm0',
          MetricStat: {
            Metric: { Namespace: 'Gatewarden', MetricName: 'Refusals', Dimensions: [{ Name: 'authorizer', Value: 'key' }, { Name: 'code', Value: code }] },
            Period: 300,
            Stat: 'Sum',
          },
        }),
      ],
    })).toHaveLength(1);
  },
);
