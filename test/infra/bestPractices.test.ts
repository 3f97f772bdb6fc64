import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { afterAll, expect, it, vi } from 'vitest';
import rawConfig from '../../gatewarden.config.ts';
import { parseConfig } from '../../infra/config.ts';
import { gatewardenApp } from '../../infra/gatewardenApp.ts';

// The first synthesis loads the CDK's own template check, which a busy machine may take long for.
vi.setConfig({ testTimeout: 120_000 });

const outdir = mkdtempSync(join(tmpdir(), 'gatewarden-nag-'));
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

interface Finding {
  readonly acknowledgedId: string;
  readonly acknowledgedAt: string;
  readonly reason: string;
}

function app() {
  return gatewardenApp(parseConfig(rawConfig), { outdir, context: { 'aws:cdk:bundling-stacks': [] } });
}

it("cdk-nag's AwsSolutions pack passes, and what is accepted instead is this, each where it applies", () => {
  app().synth();
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
    pluginReports: { pluginName: string; conclusion: string; suppressedViolations?: Finding[] }[];
  };
  const report = pluginReports.find(({ pluginName }) => pluginName === 'AwsSolutions');
  expect(report?.conclusion).toBe('success');
  const accepted = report?.suppressedViolations ?? [];
  expect([...new Set(accepted.map(({ acknowledgedId, acknowledgedAt }) => `${acknowledgedAt}: ${acknowledgedId.replace('AwsSolutions::AwsSolutions-', '')}`))].sort()).toEqual([
    'Gatewarden-Api/Management/Api/CloudWatchRole: IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    'Gatewarden-Api/Management/Api/Default/openapi.json/GET: APIG4',
    'Gatewarden-Api/Management/Api/DeploymentStage.v1: APIG3',
    'Gatewarden-Api/Management/Api/DeploymentStage.v1: APIG6',
    'Gatewarden-Api/Management/Api: APIG2',
    'Gatewarden-Api/Management/Api: COG4',
    'Gatewarden-Bootstrap/RootToken: SMG4',
    'Gatewarden-Data/EventSigningSeed: SMG4',
    'Gatewarden-Data/Pepper: SMG4',
    'Gatewarden-Jobs/CheckpointEvents/Failures: SQS3',
    'Gatewarden-Jobs/CountUsage/Failures: SQS3',
    'Gatewarden-Jobs/MailKeyEvents/Failures: SQS3',
    'Gatewarden-Jobs/MailKeyEvents: IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]',
    'Gatewarden-Jobs/RecordPurges/Failures: SQS3',
    'Gatewarden-Jobs/SuppressAddress/Failures: SQS3',
    'Gatewarden-Jobs/SweepKeys/Failures: SQS3',
    'Gatewarden-Jobs/SweepKeys: IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]',
    'Gatewarden-Orders/Api/DeploymentStage.live: APIG3',
    'Gatewarden-Orders/Api/DeploymentStage.live: APIG6',
    'Gatewarden-Orders/Api: APIG2',
    'Gatewarden-Orders/Api: COG4',
    'Gatewarden-Orders/OrdersFunction/ServiceRole: IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    'Gatewarden-Orders/WhoamiFunction/ServiceRole: IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    'Gatewarden-SignIn/Members: COG2',
    'Gatewarden-SignIn/Members: COG8',
  ]);
  expect(accepted.filter(({ reason }) => reason.length < 40)).toEqual([]);
});

it('a finding that nobody has accepted stops the synthesis', () => {
  const changed = app();
  void new Secret(changed.node.findChild('Gatewarden-Data') as Stack, 'Another');
  expect(() => changed.synth()).toThrow(/automatic rotation[^]*Gatewarden-Data\/Another\/Resource/);
});
