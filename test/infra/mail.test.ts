import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import rawConfig from '../../gatewarden.config.ts';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';

const mail = { from: 'warden@acme.example', fromName: 'Gatewarden', identity: 'create', locale: 'en-GB', maxPerOrganizationPerDay: 500, keyUrl: null } as const;
const { Jobs: template } = synthesized({ ...rawConfig, mail });
const { Jobs: existing } = synthesized({ ...rawConfig, mail: { ...mail, identity: 'existing' } });
const { Jobs: silent } = synthesized({ ...rawConfig, mail: null });

const [configurationSet] = Object.keys(resources(template, 'AWS::SES::ConfigurationSet'));
const idOf = (type: string, begin: string) => Object.keys(resources(template, type)).find((id) => id.startsWith(begin));

describe('the sender', () => {
  it('is registered with SES, and stays so when it is no longer asked for', () => {
    const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
    expect(found(template, 'AWS::SES::EmailIdentity', { EmailIdentity: 'warden@acme.example' }, kept)).toHaveLength(1);
  });

  it('is left alone where it, or its domain, is verified already', () => {
    expect(resources(existing, 'AWS::SES::EmailIdentity')).toEqual({});
    expect(Object.keys(resources(existing, 'AWS::SES::ConfigurationSet'))).toEqual([configurationSet]);
  });
});

describe('a mail', () => {
  it('goes out over TLS or not at all, and is counted in the reputation', () => {
    expect(found(template, 'AWS::SES::ConfigurationSet', {
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      ReputationOptions: { ReputationMetricsEnabled: true },
    })).toHaveLength(1);
  });

  it('is held back by SES only after a complaint: bounces are on our own list, where they can be lifted', () => {
    expect(found(template, 'AWS::SES::ConfigurationSet', { SuppressionOptions: { SuppressedReasons: ['COMPLAINT'] } })).toHaveLength(1);
  });

  it('that bounces or is complained of comes back over the default bus', () => {
    expect(found(template, 'AWS::SES::ConfigurationSetEventDestination', {
      ConfigurationSetName: { Ref: configurationSet },
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['bounce', 'complaint'],
        EventBridgeDestination: { EventBusArn: Match.objectLike({ 'Fn::Join': ['', Match.arrayWith([':event-bus/default'])] }) },
      },
    })).toHaveLength(1);
  });

  it('that cannot be sent raises an alarm', () => {
    expect(found(template, 'AWS::CloudWatch::Alarm', {
      Namespace: 'Gatewarden',
      MetricName: 'MailsFailed',
      Dimensions: Match.absent(),
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    })).toHaveLength(1);
  });
});

describe('what bounced', () => {
  const [rule] = Object.keys(resources(template, 'AWS::Events::Rule'));
  const lambda = idOf('AWS::Lambda::Function', 'SuppressAddress');
  const queueArn = { 'Fn::GetAtt': [idOf('AWS::SQS::Queue', 'SuppressAddress'), 'Arn'] };

  it("reaches the function that keeps the list, of this deployment's mails and nobody else's", () => {
    expect(found(template, 'AWS::Events::Rule', {
      EventBusName: Match.absent(),
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.ses'],
        'detail-type': ['Email Bounced', 'Email Complaint Received'],
        detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: configurationSet }] } } },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [lambda, 'Arn'] } })],
    })).toEqual([rule]);
  });

  it('is offered to the function for a day, and then rests in the queue', () => {
    expect(found(template, 'AWS::Events::Rule', {
      Targets: [Match.objectLike({ RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }, DeadLetterConfig: { Arn: queueArn } })],
    })).toHaveLength(1);
    expect(found(template, 'AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Resource: queueArn,
            Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule, 'Arn'] } } },
          }),
        ]),
      },
    })).toHaveLength(1);
  });

  it('rests there too when the function has failed three times', () => {
    expect(found(template, 'AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: lambda },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    })).toHaveLength(1);
  });

  it('this rule alone may hand over', () => {
    const permissions = Object.values(resources(template, 'AWS::Lambda::Permission')).map(({ Properties }) => Properties);
    expect(permissions.filter(({ Principal }) => Principal !== 'logs.amazonaws.com')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [lambda, 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
      },
    ]);
  });
});

it('those who send know what to send with, and where the API is', () => {
  for (const name of ['SweepKeysJob', 'MailKeyEventsConsumer']) {
    const { MAIL_CONFIGURATION_SET, MANAGEMENT_URL } = environmentOf(name);
    expect(MAIL_CONFIGURATION_SET).toEqual({ Ref: configurationSet });
    // Without a slash at its end, so that paths can be put behind it.
    expect(JSON.stringify(MANAGEMENT_URL)).toMatch(/"https:\/\/",\{"Fn::ImportValue":"Gatewarden-Api:ExportsOutputRefManagementApi.*"\/",\{"Fn::ImportValue":"Gatewarden-Api:ExportsOutputRefManagementApiDeploymentStagev1\w*"\}\]\]\}$/);
  }
});

function environmentOf(name: string): Record<string, unknown> {
  const lambda = resources(template, 'AWS::Lambda::Function')[idOf('AWS::Lambda::Function', name) ?? ''];
  const environment = lambda?.Properties['Environment'] as { Variables: Record<string, unknown> } | undefined;
  return environment?.Variables ?? {};
}

describe('where no mails are sent', () => {
  const text = JSON.stringify(silent.toJSON());

  it('nothing of SES is deployed, and no function may send', () => {
    expect(text).not.toMatch(/AWS::SES|ses:|AWS::Events/);
  });

  it('keys are swept and purges recorded all the same; nobody is told at once', () => {
    const functions = Object.keys(resources(silent, 'AWS::Lambda::Function')).map((id) => id.replace(/Function[0-9A-F]{8}$/, ''));
    expect(functions.sort()).toEqual(['CheckpointEventsJob', 'CountUsageConsumer', 'RecordPurgesConsumer', 'SweepKeysJob']);
  });

  it('no function knows anything of mails', () => {
    expect(text).not.toMatch(/MAIL_|MANAGEMENT_URL|MailsFailed/);
  });
});
