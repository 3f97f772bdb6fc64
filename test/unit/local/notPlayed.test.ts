import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPlatform } from '../../../local/platform.ts';
import { lambda, role, writeAssembly } from './fixtures/assembly.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(path.join(tmpdir(), 'not-played-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function start(resources: Record<string, object>): Promise<string> {
  writeAssembly(dir, { App: { template: { Resources: { Role: role, Function: lambda('aaaa'), ...resources } } } }, { aaaa: 'export const handler = async () => null;' });
  return startPlatform({ assemblyDir: dir }).then(async (platform) => {
    await platform.stop();
    return 'started';
  }, (error: Error) => error.message);
}

const functionArn = { 'Fn::GetAtt': ['Function', 'Arn'] };
const uri = { 'Fn::Sub': ['arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations', { arn: functionArn }] };
const ofApi = { ApiId: { Ref: 'Http' } };
const http = { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'http', ProtocolType: 'HTTP' } };
const integration = { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ...ofApi, IntegrationType: 'AWS_PROXY', IntegrationUri: functionArn, PayloadFormatVersion: '2.0' } };
const authorizer = { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { ...ofApi, Name: 'keys', AuthorizerType: 'REQUEST', AuthorizerUri: uri, AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 0 } };
const route = { Type: 'AWS::ApiGatewayV2::Route', Properties: { ...ofApi, RouteKey: 'GET /', Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] }, AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } } };
const stage = { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ...ofApi, StageName: '$default', AutoDeploy: true } };
const httpApi = { Http: http, Integration: integration, Authorizer: authorizer, Route: route, Stage: stage };
const rest = {
  Rest: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'rest' } },
  Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Rest' } } },
  RestStage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Rest' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'v1' } },
  Key: { Type: 'AWS::ApiGateway::ApiKey', Properties: { Enabled: true } },
  Plan: { Type: 'AWS::ApiGateway::UsagePlan', Properties: { ApiStages: [{ ApiId: { Ref: 'Rest' }, Stage: { Ref: 'RestStage' } }] } },
};
const logs = {
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  MayCall: { Type: 'AWS::Lambda::Permission', Properties: { Action: 'lambda:InvokeFunction', FunctionName: functionArn, Principal: 'logs.amazonaws.com' } },
  Filter: { Type: 'AWS::Logs::SubscriptionFilter', Properties: { LogGroupName: { Ref: 'Logs' }, FilterPattern: '', DestinationArn: functionArn }, DependsOn: 'MayCall' },
};

/** The resource with other properties. */
function change<T extends { Type: string; Properties: object }>({ Type, Properties }: T, changes: object): object {
  return { Type, Properties: { ...Properties, ...changes } };
}

it('all of it starts as it is', async () => {
  expect(await start({ ...httpApi, ...rest, ...logs })).toBe('started');
});

it.each<[string, Record<string, object>, string]>([
  ['a usage plan that throttles', { ...rest, Plan: change(rest.Plan, { Throttle: { RateLimit: 10 } }) }, 'throttling and quotas of usage plans are not played'],
  ['a usage plan with a quota', { ...rest, Plan: change(rest.Plan, { Quota: { Limit: 10, Period: 'DAY' } }) }, 'throttling and quotas of usage plans are not played'],
  ['a usage plan that throttles a method', { ...rest, Plan: change(rest.Plan, { ApiStages: [{ ApiId: { Ref: 'Rest' }, Stage: { Ref: 'RestStage' }, Throttle: { '/GET': { RateLimit: 1 } } }] }) }, 'throttling and quotas of usage plans are not played'],
  ['a usage plan of a stage that does not exist', { ...rest, Plan: change(rest.Plan, { ApiStages: [{ ApiId: { Ref: 'Rest' }, Stage: 'v9' }] }) }, 'has no stage v9'],
  ['an API key of less than 20 characters', { ...rest, Key: change(rest.Key, { Value: 'short' }) }, 'Value'],
  ['an access log without its log group', { ...rest, RestStage: change(rest.RestStage, { AccessLogSetting: { DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:none', Format: '$context.requestId' } }) }, 'there is no log group none'],
  ['an access log of an HTTP API without its log group', { ...httpApi, Stage: change(stage, { AccessLogSettings: { DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:none', Format: '$context.requestId' } }) }, 'there is no log group none'],
  ['an authorizer of an HTTP API that is cached', { ...httpApi, Authorizer: change(authorizer, { AuthorizerResultTtlInSeconds: 300 }) }, 'must be 0: cached answers are not played'],
  ['an authorizer of an HTTP API that answers policies', { ...httpApi, Authorizer: change(authorizer, { EnableSimpleResponses: false }) }, 'answers with a policy are not played'],
  ['a JWT authorizer', { ...httpApi, Authorizer: change(authorizer, { AuthorizerType: 'JWT' }) }, 'only REQUEST authorizers are played'],
  ['an integration with payload 1.0', { ...httpApi, Integration: change(integration, { PayloadFormatVersion: '1.0' }) }, 'only payload 2.0 is played'],
  ['an HTTP API that answers preflights', { ...httpApi, Http: change(http, { CorsConfiguration: { AllowOrigins: ['*'] } }) }, 'is not played'],
  ['a WebSocket API', { ...httpApi, Http: change(http, { ProtocolType: 'WEBSOCKET' }) }, 'only HTTP is played'],
  ['a stage without automatic deployment', { ...httpApi, Stage: change(stage, { AutoDeploy: false }) }, 'must be on'],
  ['a route twice', { ...httpApi, Again: route }, 'has the route GET / already'],
  ['a subscription to a queue', { ...logs, Filter: change(logs.Filter, { DestinationArn: 'arn:aws:sqs:us-east-1:000000000000:q' }) }, 'only functions are played as destinations'],
  ['a filter pattern that is not played', { ...logs, Filter: { ...change(logs.Filter, { FilterPattern: 'ERROR' }), DependsOn: 'MayCall' } }, 'does not play the filter pattern ERROR'],
  ['a subscription that may not call its function', { ...logs, MayCall: change(logs.MayCall, { Principal: 'events.amazonaws.com' }) }, 'given CloudWatch Logs permission'],
])('a template with %s does not start', async (_name, resources, message) => {
  expect(await start(resources)).toContain(message);
});
