import { describe, expect, it } from 'vitest';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';

const { Api: api, Jobs: jobs } = synthesized();
const consumer = onlyId('AWS::Lambda::Function', 'CountUsage');
const subscriptions = Object.values(resources(jobs, 'AWS::Logs::SubscriptionFilter'));

function onlyId(type: string, begin: string): string {
  const ids = Object.keys(resources(jobs, type)).filter((id) => id.startsWith(begin));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}

/** The log group of the API stack that an export hands over, by the begin of its logical id. */
function exported(value: unknown): string {
  const name = (value as { 'Fn::ImportValue'?: string })['Fn::ImportValue'] ?? '';
  return /^Gatewarden-Api:ExportsOutput(?:Ref|FnGetAtt)(\w+?Logs)[0-9A-F]{8}/.exec(name)?.[1] ?? name;
}

describe('what counts usage', () => {
  it('is given the refusals of both authorizers, the tokens that were verified, and the calls of the management API', () => {
    expect(Object.fromEntries(subscriptions.map(({ Properties }) => [exported(Properties['LogGroupName']), Properties['FilterPattern']]))).toEqual({
      KeyAuthorizerLogs: '{ $.message = "refused" }',
      ManagementAuthorizerLogs: '{ $.message = "refused" }',
      KeysLogs: '{ $.message = "verified" }',
      ManagementAccessLogs: '',
    });
    expect(subscriptions.map(({ Properties }) => Properties['DestinationArn'])).toEqual(Array.from({ length: 4 }, () => ({ 'Fn::GetAtt': [consumer, 'Arn'] })));
  });

  it('is not given its own log, nor that of any job: each run would call for the next', () => {
    expect(subscriptions.filter(({ Properties }) => !JSON.stringify(Properties['LogGroupName']).includes('"Gatewarden-Api:'))).toEqual([]);
  });

  it('no log has more subscriptions than it can have, which is two', () => {
    const groups = subscriptions.map(({ Properties }) => JSON.stringify(Properties['LogGroupName']));
    expect(new Set(groups).size).toBe(groups.length);
  });

  it('is called by these logs of this account, and each subscription comes after its permission', () => {
    const permissions = Object.entries(resources(jobs, 'AWS::Lambda::Permission')).filter(([, { Properties }]) => Properties['Principal'] === 'logs.amazonaws.com');
    expect(permissions.map(([, { Properties }]) => exported(Properties['SourceArn'])).sort()).toEqual(
      ['KeyAuthorizerLogs', 'KeysLogs', 'ManagementAccessLogs', 'ManagementAuthorizerLogs'],
    );
    for (const [, { Properties }] of permissions) {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [consumer, 'Arn'] },
        SourceAccount: { Ref: 'AWS::AccountId' },
      });
    }
    expect(subscriptions.flatMap(({ DependsOn }) => DependsOn ?? []).sort()).toEqual(permissions.map(([id]) => id).sort());
  });

  it('has two minutes for a batch, and one that fails three times rests in the queue', () => {
    expect(resources(jobs, 'AWS::Lambda::Function')[consumer]?.Properties).toMatchObject({ Timeout: 120 });
    expect(found(jobs, 'AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: consumer },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [onlyId('AWS::SQS::Queue', 'CountUsage'), 'Arn'] } } },
    })).toHaveLength(1);
  });

  it('is found by the stacks of protected APIs', () => {
    expect(found(jobs, 'AWS::SSM::Parameter', {
      Name: '/gatewarden/usage-function-arn',
      Type: 'String',
      Value: { 'Fn::GetAtt': [consumer, 'Arn'] },
    })).toHaveLength(1);
  });
});

it('the API stack does not know of the jobs', () => {
  expect(JSON.stringify(api.toJSON())).not.toMatch(/Gatewarden-Jobs|SubscriptionFilter/);
});

it('what was deployed before keeps its logical id: CloudFormation would replace what is renamed', () => {
  const ids = ['AWS::Logs::LogGroup', 'AWS::Lambda::Function', 'AWS::ApiGateway::Stage', 'AWS::SSM::Parameter'].flatMap((type) => Object.keys(resources(api, type)));
  expect(ids).toEqual(expect.arrayContaining([
    'KeyAuthorizerLogsA2C101DF',
    'KeyAuthorizerFunction258ACBED',
    'ManagementAuthorizerFunctionCB4383F3',
    'KeysFunction3485B6FE',
    'ManagementAccessLogsCAEB4872',
    'ManagementApiDeploymentStagev1BAF2EDBC',
  ]));
});
