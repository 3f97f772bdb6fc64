import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AccessLogFormat, ApiKey, ApiKeySourceType, LambdaIntegration, LogGroupLogDestination, RequestAuthorizer, ResponseType, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, LogGroupLogDestination as HttpLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Alarm, CfnAnomalyDetector, Dashboard, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPlatform } from '../../../local/platform.ts';
import type { Platform } from '../../../local/platform.ts';

const key = 'the-one-key-of-this-stage';

/** Lets in whoever has a token, limits whoever says so, and logs a line of JSON for the others. */
const authorizer = `
  exports.handler = async (event) => {
    const { token, limited } = event.version === '2.0' ? event.headers : { token: event.headers.Token, limited: event.headers.Limited };
    if (!token) process.stdout.write(JSON.stringify({ message: 'refused', route: event.routeKey ?? event.resource }) + '\\n');
    const context = { keyId: token ?? '', ...(limited && { retryAfter: '7' }) };
    if (event.version === '2.0') return { isAuthorized: token !== undefined, context };
    const Statement = [{ Effect: token ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: event.methodArn }];
    return { principalId: 'someone', policyDocument: { Version: '2012-10-17', Statement }, context, usageIdentifierKey: event.stageVariables.gateway_key + (limited ? '-refused' : '') };
  };`;
const backend = `exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer) });`;
/** Logs what it was handed over. */
const counter = `
  exports.handler = async ({ awslogs: { data } }) => {
    const { logEvents } = JSON.parse(require('node:zlib').gunzipSync(Buffer.from(data, 'base64')));
    for (const { message } of logEvents) console.log(message);
  };`;

const format = '{"id":"$context.extendedRequestId","route":"$context.routeKey$context.resourcePath","status":"$context.status","key":"$context.authorizer.keyId"}';

function addRest(stack: Stack, handlers: { authorizer: LambdaFunction; backend: LambdaFunction }, accessLogs: LogGroup): void {
  const api = new RestApi(stack, 'Rest', {
    apiKeySourceType: ApiKeySourceType.AUTHORIZER,
    cloudWatchRole: false,
    deployOptions: { stageName: 'v1', variables: { gateway_key: key }, accessLogDestination: new LogGroupLogDestination(accessLogs), accessLogFormat: AccessLogFormat.custom(format) },
  });
  const requestAuthorizer = new RequestAuthorizer(stack, 'RestAuthorizer', { handler: handlers.authorizer, identitySources: [], resultsCacheTtl: Duration.seconds(0) });
  api.root.addMethod('GET', new LambdaIntegration(handlers.backend), { authorizer: requestAuthorizer, apiKeyRequired: true });
  api.addGatewayResponse('Limited', { type: ResponseType.INVALID_API_KEY, statusCode: '429', responseHeaders: { 'Retry-After': 'context.authorizer.retryAfter' }, templates: { 'application/json': '{}' } });
  const plan = api.addUsagePlan('Plan');
  plan.addApiStage({ stage: api.deploymentStage });
  plan.addApiKey(new ApiKey(stack, 'Key', { value: key }));
}

function addHttp(stack: Stack, handlers: { authorizer: LambdaFunction; backend: LambdaFunction }, accessLogs: LogGroup): void {
  const api = new HttpApi(stack, 'Http', { createDefaultStage: false });
  api.addStage('Stage', { autoDeploy: true, stageVariables: { gateway_key: key }, accessLogSettings: { destination: new HttpLogDestination(accessLogs), format: AccessLogFormat.custom(format) } });
  api.addRoutes({
    path: '/orders/{orderId}',
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration('Orders', handlers.backend),
    authorizer: new HttpLambdaAuthorizer('Keys', handlers.authorizer, { responseTypes: [HttpLambdaResponseType.SIMPLE], identitySource: [], resultsCacheTtl: Duration.seconds(0) }),
  });
  api.addRoutes({ path: '/open', integration: new HttpLambdaIntegration('Open', handlers.backend) });
  new CfnOutput(stack, 'HttpUrl', { value: api.apiEndpoint });
}

function addMonitoring(stack: Stack): void {
  const topic = new Topic(stack, 'Alarms', { enforceSSL: true });
  topic.addSubscription(new EmailSubscription('ops@example.com'));
  const metric = new Metric({ namespace: 'Gatewarden', metricName: 'Refusals' });
  new Alarm(stack, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 }).addAlarmAction(new SnsAction(topic));
  new CfnAnomalyDetector(stack, 'Baseline', { namespace: 'Gatewarden', metricName: 'Refusals', stat: 'Sum' });
  new Dashboard(stack, 'Dashboard');
  new CfnSamplingRule(stack, 'Sampling', { samplingRule: { ruleName: 'r', priority: 1, fixedRate: 0.05, reservoirSize: 1, host: '*', httpMethod: '*', urlPath: '*', serviceName: '*', serviceType: '*', resourceArn: '*', version: 1 } });
  new CfnOutput(stack, 'Topic', { value: topic.topicArn });
  new CfnOutput(stack, 'TopicName', { value: topic.topicName });
}

function synthesize(outdir: string): void {
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), 'App');
  const add = (id: string, code: string): LambdaFunction => new LambdaFunction(stack, id, { code: Code.fromInline(code), handler: 'index.handler', runtime: Runtime.NODEJS_24_X, loggingFormat: LoggingFormat.JSON, logGroup: new LogGroup(stack, `${id}Logs`) });
  const handlers = { authorizer: add('Authorizer', authorizer), backend: add('Backend', backend) };
  const destination = new LambdaDestination(add('Counter', counter));
  const accessLogs = new LogGroup(stack, 'AccessLogs');
  addRest(stack, handlers, accessLogs);
  addHttp(stack, handlers, accessLogs);
  addMonitoring(stack);
  new SubscriptionFilter(stack, 'Accesses', { logGroup: accessLogs, destination, filterPattern: FilterPattern.allEvents() });
  new SubscriptionFilter(stack, 'Refusals', { logGroup: handlers.authorizer.logGroup, destination, filterPattern: FilterPattern.literal('{ $.message = "refused" }') });
  (stack.node.root as App).synth();
}

let dir: string;
let platform: Platform;

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'apis-'));
  synthesize(dir);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
beforeEach(async () => (platform = await startPlatform({ assemblyDir: dir })));
afterEach(() => platform.stop());

const [rest, http] = ['Rest', 'Http'].map((prefix) => (): string => [...platform.apis.values()].find(({ logicalId }) => logicalId.startsWith(prefix))?.url ?? '') as [() => string, () => string];
const counted = (): unknown[] => platform.logs('Counter').map(({ line }) => JSON.parse((JSON.parse(line) as { message: string }).message) as unknown);
const linesOf = (name: string): unknown[] => platform.logs(name).map(({ line }) => JSON.parse(line) as unknown);

describe('what CDK makes of protected APIs is played', () => {
  it('a REST API answers a limited caller by itself, and lets the others through', async () => {
    const limited = await fetch(`${rest()}/v1`, { headers: { Token: 'a', Limited: 'yes' } });
    expect([limited.status, limited.headers.get('retry-after'), await limited.text()]).toEqual([429, '7', '{}']);
    const free = await fetch(`${rest()}/v1`, { headers: { Token: 'a' } });
    expect([free.status, await free.json()]).toMatchObject([200, { keyId: 'a', principalId: 'someone' }]);
    expect((await fetch(`${rest()}/v1`)).status).toBe(403);
  });

  it('an HTTP API lets in whom the authorizer does, at the address of its output', async () => {
    expect(platform.outputs['App']?.['HttpUrl']).toBe(http());
    const answer = await fetch(`${http()}/orders/1`, { headers: { Token: 'a' } });
    expect([answer.status, await answer.json()]).toEqual([200, { lambda: { keyId: 'a' } }]);
    expect((await fetch(`${http()}/orders/1`)).status).toBe(403);
    expect((await fetch(`${http()}/open`)).status).toBe(200);
  });

  it('a REST API is known before an HTTP API', () => {
    expect([...platform.apis.values()].map(({ stage }) => stage)).toEqual(['v1', '$default']);
  });

  it('the access log and the refusals reach the function that subscribes to them', async () => {
    await fetch(`${rest()}/v1`, { headers: { Token: 'a' } });
    await fetch(`${http()}/orders/1`);
    await platform.settled();
    const id = expect.stringMatching(/^[\w-]{15}=$/u) as unknown;
    const accesses = [{ id, route: '-/', status: '200', key: 'a' }, { id, route: 'GET /orders/{orderId}-', status: '403', key: '' }];
    expect(linesOf('AccessLogs')).toEqual(accesses);
    expect(linesOf('Authorizer')).toEqual([{ message: 'refused', route: 'GET /orders/{orderId}' }]);
    expect(counted()).toHaveLength(3);
    expect(counted()).toEqual(expect.arrayContaining([...accesses, { message: 'refused', route: 'GET /orders/{orderId}' }]));
  });

  it('a topic is named as it would be', () => {
    const { Topic: arn = '', TopicName: name } = platform.outputs['App'] ?? {};
    expect(arn).toMatch(/^arn:aws:sns:us-east-1:000000000000:App-/u);
    expect(arn.endsWith(`:${name}`)).toBe(true);
  });
});
