import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Outputs } from './deploy.ts';
import { account, region } from './emulator.ts';
import type { Operator } from './operator.ts';
import type { Report } from './report.ts';
import { stacks } from './stacks.ts';
import { outputOf } from './system.ts';

interface Deployed {
  readonly operator: Operator;
  readonly outputs: Outputs;
}

/** Every alarm reaches one topic, and there is a dashboard to look at. */
export async function monitoring({ operator, outputs }: Deployed, report: Report): Promise<void> {
  await report.part('What goes wrong is told', async () => {
    const topicArn = outputOf(outputs, 'Gatewarden-Alarms', 'AlarmTopicArn');
    await report.check('by its policy the topic takes messages from alarms of this account alone', () => topic(operator, topicArn));
    await report.check('every alarm of every stack is sent there', () => alarms(operator, topicArn));
    await report.check('an alarm that is raised is told to whoever has subscribed', () => raised(operator, topicArn));
    await report.check('the dashboard shows the alarms and what is behind them', () => dashboard(operator));
  });
}

const attributesShape = z.object({
  Attributes: z.object({ Policy: z.string().transform((text): unknown => JSON.parse(text)) }),
});
const topicPolicyShape = z.object({
  Statement: z.array(z.object({ Effect: z.string(), Action: z.string(), Principal: z.unknown(), Condition: z.unknown() })),
});

async function topic(operator: Operator, TopicArn: string): Promise<void> {
  const { Attributes } = attributesShape.parse(await operator.aws('sns', 'get_topic_attributes', { TopicArn }));
  const { Statement } = topicPolicyShape.parse(Attributes.Policy);
  assert.deepEqual(
    Statement.toSorted((a, b) => a.Effect.localeCompare(b.Effect)),
    [
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '000000000000' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:*' },
        },
      },
      { Effect: 'Deny', Action: 'sns:Publish', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  );
}

const alarmsShape = z.object({
  MetricAlarms: z.array(z.object({ AlarmName: z.string(), ActionsEnabled: z.boolean(), AlarmActions: z.array(z.string()) })),
});

async function alarms(operator: Operator, topicArn: string): Promise<void> {
  const { MetricAlarms } = alarmsShape.parse(await operator.aws('cloudwatch', 'describe_alarms', { MaxRecords: 100 }));
  const found = (await Promise.all(stacks.map((stack) => operator.resources(stack, 'AWS::CloudWatch::Alarm')))).flat();
  assert.deepEqual(MetricAlarms.map(({ AlarmName }) => AlarmName).sort(), found.map(({ physicalId }) => physicalId).sort());
  for (const code of ['malformedkey', 'unknownkey', 'expiredkey', 'revokedkey', 'insufficientscope', 'ipnotallowed', 'ratelimited', 'quotaexceeded']) {
    assert.equal(found.filter(({ logicalId }) => logicalId.startsWith(`RefusalSpikes${code}`)).length, 1, code);
  }
  for (const begin of ['CheckpointEvents', 'SweepKeys', 'MailKeyEvents', 'RecordPurges', 'CountUsage', 'SuppressAddress']) {
    assert.ok(found.some(({ logicalId }) => logicalId.startsWith(`${begin}Failed`)), begin);
  }
  const unheard = MetricAlarms.filter(({ ActionsEnabled, AlarmActions }) => !ActionsEnabled || AlarmActions.join() !== topicArn);
  assert.deepEqual(unheard, []);
}

const queueShape = z.object({ QueueUrl: z.string() });
const messagesShape = z.object({ Messages: z.array(z.object({ Body: z.string() })).optional() });
const toldShape = z.object({ Message: z.string().transform((text) => z.object({ AlarmName: z.string(), NewStateValue: z.string() }).parse(JSON.parse(text))) });

async function raised(operator: Operator, TopicArn: string): Promise<void> {
  const Endpoint = `arn:aws:sqs:${region}:${account}:on-call`;
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Endpoint }];
  const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) };
  const { QueueUrl } = queueShape.parse(await operator.aws('sqs', 'create_queue', { QueueName: 'on-call', Attributes }));
  await operator.aws('sns', 'subscribe', { TopicArn, Protocol: 'sqs', Endpoint });
  const found = await operator.resources('Gatewarden-Jobs', 'AWS::CloudWatch::Alarm');
  const AlarmName = found.find(({ logicalId }) => logicalId.startsWith('CountUsageFailed'))?.physicalId;
  await operator.aws('cloudwatch', 'set_alarm_state', { AlarmName, StateValue: 'ALARM', StateReason: 'asked' });
  let told: readonly { Body: string }[] = [];
  for (let attempt = 0; attempt < 20 && told.length === 0; attempt += 1) {
    if (attempt > 0) await sleep(250);
    told = messagesShape.parse(await operator.aws('sqs', 'receive_message', { QueueUrl })).Messages ?? [];
  }
  assert.deepEqual(told.map(({ Body }) => toldShape.parse(JSON.parse(Body)).Message), [{ AlarmName, NewStateValue: 'ALARM' }]);
  await operator.aws('sqs', 'delete_queue', { QueueUrl });
}

const dashboardShape = z.object({ DashboardBody: z.string().transform((text): unknown => JSON.parse(text)) });
const bodyShape = z.object({ widgets: z.array(z.object({ properties: z.object({ title: z.string(), alarms: z.array(z.string()).optional() }) })) });

async function dashboard(operator: Operator): Promise<void> {
  const { DashboardBody } = dashboardShape.parse(await operator.aws('cloudwatch', 'get_dashboard', { DashboardName: `Gatewarden-${region}` }));
  const widgets = bodyShape.parse(DashboardBody).widgets.map(({ properties }) => properties);
  assert.deepEqual(widgets.map(({ title }) => title), [
    'Alarms',
    'Verifications',
    'Refusals by the key authorizer',
    'Limits',
    'Key authorizer: duration (ms)',
    'Key authorizer: failures',
    'Key authorizer: calls',
    'Management authorizer: duration (ms)',
    'Management authorizer: failures',
    'Usage',
    'Mails',
    'Sweep of the keys',
    'What failed and rests in a queue',
    'Throttled by DynamoDB',
  ]);
  const { MetricAlarms } = alarmsShape.parse(await operator.aws('cloudwatch', 'describe_alarms', { MaxRecords: 100 }));
  const names = MetricAlarms.map(({ AlarmName }) => `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`);
  assert.deepEqual((widgets[0]?.alarms ?? []).toSorted(), names.toSorted());
}
