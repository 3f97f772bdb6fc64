import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPlatform } from '../../../local/platform.ts';
import type { Platform } from '../../../local/platform.ts';
import { lambda, role, writeAssembly } from './fixtures/assembly.ts';

const job = `export const handler = async (event) => ({ ...event, now: Date.now() });`;
const template = {
  Resources: {
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: { DeletionProtection: 'ACTIVE' }, DeletionPolicy: 'Retain' },
    Client: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: { UserPoolId: { Ref: 'Pool' }, AllowedOAuthFlows: ['code'], AllowedOAuthScopes: ['openid', 'email'], CallbackURLs: ['http://localhost:4702/'], AccessTokenValidity: 15, TokenValidityUnits: { AccessToken: 'minutes' } },
    },
    Domain: { Type: 'AWS::Cognito::UserPoolDomain', Properties: { UserPoolId: { Ref: 'Pool' }, Domain: { 'Fn::Sub': 'app-${AWS::AccountId}' } } },
    Branding: { Type: 'AWS::Cognito::ManagedLoginBranding', Properties: { UserPoolId: { Ref: 'Pool' }, ClientId: { Ref: 'Client' }, UseCognitoProvidedValues: true } },
    Role: role,
    Job: lambda('aaaa'),
    Failures: { Type: 'AWS::SQS::Queue', Properties: {} },
    FailuresPolicy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Failures' }] } },
    OnFailure: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: { Ref: 'Job' }, Qualifier: '$LATEST' } },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Failures', 'QueueName'] } }] } },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'app-job',
        ScheduleExpression: 'rate(1 day)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: { 'Fn::GetAtt': ['Job', 'Arn'] }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Failures', 'Arn'] } }, Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}' },
      },
    },
  },
  Outputs: { Issuer: { Value: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] } }, ClientId: { Value: { Ref: 'Client' } }, Domain: { Value: { Ref: 'Domain' } } },
};

let dir: string;
let platform: Platform;

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'platform-'));
  writeAssembly(path.join(dir, 'cdk.out'), { App: { template } }, { aaaa: job });
  platform = await start();
});
afterEach(async () => {
  await platform.stop();
  rmSync(dir, { recursive: true, force: true });
});

function start(): Promise<Platform> {
  return startPlatform({ assemblyDir: path.join(dir, 'cdk.out'), dataDir: path.join(dir, 'data') });
}

it("the pool of a template is an issuer at its provider's address, with the client's own lifetimes", async () => {
  const { Issuer = '', ClientId = '', Domain } = platform.outputs['App'] ?? {};
  expect(Issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/us-east-1_[A-Z2-7]{9}$/u);
  expect(Domain).toBe('app-000000000000');
  expect((await fetch(`${Issuer}/.well-known/openid-configuration`)).status).toBe(200);
  const { accessToken, expiresIn } = await platform.signIn('ada@example.com');
  expect(expiresIn).toBe(900);
  expect(decodeJwt(accessToken)).toMatchObject({ iss: Issuer, client_id: ClientId });
});

it('whoever signed in is the same person after a restart, at the same issuer', async () => {
  const before = decodeJwt((await platform.signIn('ada@example.com')).accessToken);
  await platform.stop();
  platform = await start();
  const after = decodeJwt((await platform.signIn('ada@example.com')).accessToken);
  expect([after.iss, after.sub, after['client_id']]).toEqual([before.iss, before.sub, before['client_id']]);
});

it('a schedule of a template runs its function by hand, and by the clock of the platform', async () => {
  const [schedule] = platform.schedules.list();
  expect(schedule).toMatchObject({ name: 'app-job', expression: 'rate(1 day)', isEnabled: true, lastRun: null });
  expect(await platform.schedules.run('app-job')).toMatchObject({ ok: true, result: { scheduledAt: expect.stringMatching(/^20\d\d-/u) } });
  platform.clock.advance(25 * 3_600_000);
  await expect.poll(() => platform.schedules.list()[0]?.lastRun?.scheduledAt).toBe(schedule?.nextRunAt);
});
