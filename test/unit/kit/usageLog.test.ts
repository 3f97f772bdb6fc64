import { AccessLogFormat, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigateway';
import type { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { found } from '../../infra/found.ts';
import { fixture } from './fixture.ts';
import { idsOf, stageOf } from './stage.ts';

const format = {
  kind: 'gatewarden-access',
  requestId: '$context.extendedRequestId',
  at: '$context.requestTimeEpoch',
  apiId: '$context.apiId',
  stage: '$context.stage',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  sourceIp: '$context.identity.sourceIp',
  keyId: '$context.authorizer.keyId',
  organizationId: '$context.authorizer.organizationId',
  code: '$context.authorizer.code',
  responseType: '$context.error.responseType',
};

describe('usage of a protected API', () => {
  it('is read from an access log, of which the deployment counts every line', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const template = synth();
    const [logGroup] = idsOf(template, 'AWS::Logs::LogGroup');
    const logGroupArn = { 'Fn::GetAtt': [logGroup, 'Arn'] };
    expect(stageOf(template).AccessLogSetting).toEqual({ DestinationArn: logGroupArn, Format: JSON.stringify(format) });
    const [parameter] = Object.keys(template.findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/gatewarden/usage-function-arn' }));
    const [permission] = found(template, 'AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: parameter },
      Principal: 'logs.amazonaws.com',
      SourceArn: logGroupArn,
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
    expect(permission).toBeDefined();
    expect(found(template, 'AWS::Logs::SubscriptionFilter', {
      LogGroupName: { Ref: logGroup },
      DestinationArn: { Ref: parameter },
      FilterPattern: '',
    }, { DependsOn: [permission] })).toHaveLength(1);
  });

  it.each([[undefined, 90], [RetentionDays.ONE_WEEK, 7]])('keeps lines for so long: %s → %i days', (accessLogRetention, days) => {
    const { keys, route, synth } = fixture({ authorizer: accessLogRetention === undefined ? {} : { accessLogRetention } });
    keys.protect(route('/orders'), { scopes: [] });
    expect(found(synth(), 'AWS::Logs::LogGroup', { RetentionInDays: days })).toHaveLength(1);
  });

  it('is not counted with usage: false, which leaves the access log to the API and asks the deployment for nothing', () => {
    const { keys, route, synth } = fixture({ authorizer: { usage: false } });
    keys.protect(route('/orders'), { scopes: [] });
    const template = synth();
    expect(idsOf(template, 'AWS::Logs::LogGroup')).toEqual([]);
    expect(idsOf(template, 'AWS::Logs::SubscriptionFilter')).toEqual([]);
    expect(stageOf(template).AccessLogSetting).toBeUndefined();
    expect(found(template, 'AWS::Lambda::Permission', { Principal: 'logs.amazonaws.com' })).toEqual([]);
    expect(template.findParameters('*', { Default: '/gatewarden/usage-function-arn' })).toEqual({});
  });
});

describe('an API with an access log of its own', () => {
  function withLog(usage: boolean) {
    const made = fixture({ authorizer: { usage } });
    const log = new LogGroup(made.stack, 'Log');
    const { destinationArn } = new LogGroupLogDestination(log).bind(made.api.deploymentStage);
    (made.api.deploymentStage.node.defaultChild as CfnStage).accessLogSetting = { destinationArn, format: AccessLogFormat.clf().toString() };
    return made;
  }

  it('is refused: a stage takes one, and its lines would not be understood', () => {
    const { keys, route } = withLog(true);
    expect(() => keys.protect(route('/orders'), { scopes: [] })).toThrow('Stage "Stack/Api/DeploymentStage.prod/Resource" has an access log already, and a stage takes one');
  });

  it('keeps it with usage: false', () => {
    const { keys, route, synth } = withLog(false);
    keys.protect(route('/orders'), { scopes: [] });
    expect(JSON.stringify(stageOf(synth()).AccessLogSetting)).toContain('$context.identity.caller');
  });
});

it.each<[string, (stage: CfnStage) => void]>([
  ['format', (stage) => stage.addPropertyOverride('AccessLogSetting.Format', '$context.requestId')],
  ['destination', (stage) => stage.addPropertyOverride('AccessLogSetting.DestinationArn', 'arn:aws:logs:us-east-1:111111111111:log-group:mine')],
  ['whole setting, by taking it away,', (stage) => stage.addPropertyDeletionOverride('AccessLogSetting')],
])('the synthesis fails when the access log\'s %s was changed afterwards: usage would be lost without a word', (_, change) => {
  const { api, keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  change(api.deploymentStage.node.defaultChild as CfnStage);
  expect(synth).toThrow('The access log of stage "Stack/Api/DeploymentStage.prod/Resource" was changed afterwards');
});

it('a deployment by another name counts in its own function', () => {
  const { keys, route, synth } = fixture({ deploymentName: 'staging' });
  keys.protect(route('/orders'), { scopes: [] });
  expect(Object.keys(synth().findParameters('*', { Default: '/staging/usage-function-arn' }))).toHaveLength(1);
});
