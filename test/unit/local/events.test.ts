import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPlatform } from '../../../local/platform.ts';
import type { Platform } from '../../../local/platform.ts';
import { createDynamoClient } from '../../../local/tables/dynamoClient.ts';
import { lambda, role, table, writeAssembly } from './fixtures/assembly.ts';

/** Logs what it is called with, and fails where that says so. */
const listener = `
  export const handler = async (event) => {
    const keys = event.Records?.map(({ dynamodb }) => dynamodb.Keys.pk.S);
    console.log(keys ? keys.join(' ') : event.detail ? event.detail.address : event.scheduledAt ? 'run' : 'called');
    if (event.fails || (event.scheduledAt && process.env.FAILS)) throw new TypeError('late');
    const failures = event.Records?.filter(({ dynamodb }) => dynamodb.Keys.pk.S === 'EVENTS#poison') ?? [];
    return { batchItemFailures: failures.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
  };`;

const arnOf = (id: string): object => ({ 'Fn::GetAtt': [id, 'Arn'] });
const template = {
  Resources: {
    Role: role,
    Table: table,
    Records: lambda('aaaa'),
    Bounces: lambda('aaaa'),
    Sweep: lambda('aaaa', { FAILS: 'yes' }),
    Failures: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failures', MessageRetentionPeriod: 1_209_600 } },
    FailuresPolicy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Failures' }], PolicyDocument: {} } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Records' },
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 5,
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1,
        MaximumRecordAgeInSeconds: 86_400,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"EVENTS#"}]}}}}' }] },
        DestinationConfig: { OnFailure: { Destination: arnOf('Failures') } },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.ses'], 'detail-type': ['Email Bounced'] },
        State: 'ENABLED',
        Targets: [{ Id: 'Target0', Arn: arnOf('Bounces'), RetryPolicy: { MaximumRetryAttempts: 5 }, DeadLetterConfig: { Arn: arnOf('Failures') } }],
      },
    },
    MayCall: { Type: 'AWS::Lambda::Permission', Properties: { Action: 'lambda:InvokeFunction', FunctionName: arnOf('Bounces'), Principal: 'events.amazonaws.com', SourceArn: arnOf('Rule') } },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'sweep',
        ScheduleExpression: 'rate(1 hour)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: arnOf('Sweep'), RoleArn: arnOf('Role'), Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}', DeadLetterConfig: { Arn: arnOf('Failures') }, RetryPolicy: { MaximumRetryAttempts: 10 } },
      },
    },
    OnFailure: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'Sweep' }, Qualifier: '$LATEST', MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: arnOf('Failures') } } },
    },
  },
  Outputs: { Table: { Value: { Ref: 'Table' } }, Queue: { Value: { Ref: 'Failures' } }, Bounces: { Value: { Ref: 'Bounces' } }, Rule: { Value: { Ref: 'Rule' } } },
};

let dir: string;
let platform: Platform;

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'events-'));
  writeAssembly(path.join(dir, 'cdk.out'), { App: { template } }, { aaaa: listener });
  await start();
});
afterEach(async () => {
  await platform.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  platform = await startPlatform({ assemblyDir: path.join(dir, 'cdk.out'), dataDir: path.join(dir, 'data') });
}

async function put(...keys: string[]): Promise<void> {
  const dynamo = createDynamoClient({ endpoint: platform.awsEndpoint, region: 'us-east-1', accessKeyId: 'local' });
  for (const key of keys) await dynamo.call('PutItem', { TableName: platform.outputs['App']?.['Table'] ?? '', Item: { pk: { S: key } } });
}

async function aws(target: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(platform.awsEndpoint, { method: 'POST', headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
}

const said = (name: string): string[] => platform.logs(name).map(({ line }) => (JSON.parse(line) as { message: string }).message);
const queued = (): Record<string, unknown>[] => platform.queues.list().flatMap(({ messages }) => messages.map(({ body }) => JSON.parse(body) as Record<string, unknown>));

it("a table's changes reach the function of its mapping, and what keeps failing the queue, also over a restart", async () => {
  await put('KEY#1', 'EVENTS#1', 'EVENTS#poison', 'EVENTS#2');
  await platform.settled();
  expect(said('Records')).toEqual(['EVENTS#1 EVENTS#poison EVENTS#2', 'EVENTS#poison EVENTS#2', 'EVENTS#poison', 'EVENTS#poison', 'EVENTS#2']);
  expect(queued()).toMatchObject([{ requestContext: { condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: { batchSize: 1 } }]);
  await platform.stop();
  await start();
  await put('EVENTS#3');
  await platform.settled();
  expect(said('Records')).toEqual(['EVENTS#3']);
  expect(queued()).toHaveLength(1);
});

it('a move of the clock makes no record too old', async () => {
  await put('EVENTS#1');
  platform.clock.advance(400 * 86_400_000);
  await platform.settled();
  expect(said('Records')).toEqual(['EVENTS#1']);
});

it('an event of the bus reaches the function of its rule', async () => {
  const entry = { Source: 'aws.ses', DetailType: 'Email Bounced', Detail: '{"address":"ada@example.com"}' };
  expect(await aws('AWSEvents.PutEvents', { Entries: [entry, { ...entry, DetailType: 'Email Delivered' }] })).toMatchObject({ FailedEntryCount: 0 });
  await platform.settled();
  expect(said('Bounces')).toEqual(['ada@example.com']);
});

it('a scheduled run that fails is answered at once, tried again, and then rests in the queue', async () => {
  expect(await platform.schedules.run('sweep')).toMatchObject({ ok: false, error: { errorType: 'TypeError', errorMessage: 'late' } });
  expect(said('Sweep').filter((line) => line === 'run')).toHaveLength(1);
  await platform.settled();
  expect(said('Sweep').filter((line) => line === 'run')).toHaveLength(2);
  expect(queued()).toMatchObject([{ requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 }, responsePayload: { errorType: 'TypeError', errorMessage: 'late' } }]);
});

it("what rests in a queue is taken out through SQS's protocol", async () => {
  const QueueUrl = platform.outputs['App']?.['Queue'];
  await aws('AmazonSQS.SendMessage', { QueueUrl, MessageBody: '{"n":1}' });
  const { Messages } = await aws('AmazonSQS.ReceiveMessage', { QueueUrl });
  expect(Messages).toMatchObject([{ Body: '{"n":1}' }]);
  await aws('AmazonSQS.DeleteMessage', { QueueUrl, ReceiptHandle: (Messages as { ReceiptHandle: string }[])[0]?.ReceiptHandle });
  expect(queued()).toEqual([]);
});

it.each([
  ['a matcher that is not played', { Mapping: { FilterCriteria: { Filters: [{ Pattern: '{"eventName":[{"wildcard":"I*"}]}' }] } } }, 'does not play the matcher "wildcard"'],
  ['a source that is not played', { Mapping: { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q' } }, 'only streams of tables are played'],
  ['a bus of its own', { Rule: { EventBusName: 'mine' } }, 'only the default bus is played'],
  ['a target that is not played', { Rule: { Targets: [{ Id: 'a', Arn: 'arn:aws:sqs:us-east-1:000000000000:q' }] } }, 'only functions are played as targets of rules'],
])('a template with %s does not start', async (_, changes, message) => {
  const changed = structuredClone(template) as unknown as { Resources: Record<string, { Properties: object }> };
  for (const [id, properties] of Object.entries(changes)) Object.assign(changed.Resources[id]?.Properties ?? {}, properties);
  writeAssembly(path.join(dir, 'other'), { App: { template: changed } }, { aaaa: listener });
  await expect(startPlatform({ assemblyDir: path.join(dir, 'other') })).rejects.toThrow(message);
});
