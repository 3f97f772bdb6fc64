import * as z from 'zod';
import { logGroupOf } from './authorizerLog.ts';
import { call } from './http.ts';
import { mailLacks } from './mailLacks.ts';
import type { Lack, Report } from './report.ts';
import type { System } from './system.ts';
import { keysTable } from './tables.ts';
import { userPoolLack } from './userPoolLack.ts';

/**
 * What the emulator cannot express, each found by trying; docs/emulator.md has the same list for readers. Each probe
 * asks again, so that a check is missing for no longer than it has to be. The last one takes a permission away: it
 * runs when all else is done.
 */
export async function lacks(system: System, report: Report): Promise<void> {
  const all = [
    ...gatewayLacks(system),
    ...tableLacks(system),
    ...secretLacks(system),
    ...operationsLacks(system),
    ...mailLacks(system.operator),
    userPoolLack(system.operator),
    permissionLack(system),
  ];
  await report.part('Left out: what the emulator cannot express', async () => {
    for (const lack of all) await report.lack(lack);
  });
}

function gatewayLacks({ order, orders, issue, operator }: System): Lack[] {
  return [
    {
      guarantee: 'a 403 says its code and what is missing',
      instead: '$context.authorizer.* stays as it is in the body of a gateway response; the log is checked instead',
      async worksNow() {
        const { token } = await issue({ scopes: ['orders:read'] });
        const answer = await order(token, { method: 'POST', body: { item: 'Lamp', quantity: 1 } });
        return answer.text.includes('"code":"insufficient_scope"');
      },
    },
    {
      guarantee: 'the 429 of the gateway says its code, and when to come again',
      instead: '$context.authorizer.* stays as it is in its body, and headers mapped from it are left out; the log and the 429 of the function behind are checked instead',
      async worksNow() {
        const { token } = await issue({ rateLimit: { limit: 1, windowSec: 86_400 } });
        await order(token);
        const answer = await order(token);
        if (answer.status !== 429) throw new Error(`A limited key was answered ${answer.status}.`);
        return answer.headers['retry-after'] !== undefined || answer.text.includes('"code":"rate_limited"');
      },
    },
    {
      guarantee: 'a refusal by the gateway carries X-Request-Id',
      instead: 'a header mapped from context.extendedRequestId is left out',
      worksNow: async () => (await call(orders, { path: '/orders' })).headers['x-request-id'] !== undefined,
    },
    {
      guarantee: "the authorizer's log line carries the request id of the answer",
      instead: 'the event of an authorizer has no requestContext.extendedRequestId',
      async worksNow() {
        const lines = await operator.logLines(await logGroupOf(operator, 'KeyAuthorizer'));
        return lines.some((line) => line.includes('"message":"refused"') && !line.includes('"requestId":null'));
      },
    },
  ];
}

const ttlShape = z.object({ TimeToLiveDescription: z.object({ TimeToLiveStatus: z.string() }) });
const backupsShape = z.object({
  ContinuousBackupsDescription: z.object({ PointInTimeRecoveryDescription: z.object({ PointInTimeRecoveryStatus: z.string() }) }),
});
const tableShape = z.object({ Table: z.object({ DeletionProtectionEnabled: z.boolean() }) });

function tableLacks({ operator }: System): Lack[] {
  const describe = async (operation: string) => operator.aws('dynamodb', operation, { TableName: await keysTable(operator) });
  return [
    {
      guarantee: 'items are deleted at purgeAt (TTL)',
      instead: 'TimeToLiveSpecification of a global table is ignored',
      worksNow: async () => ttlShape.parse(await describe('describe_time_to_live')).TimeToLiveDescription.TimeToLiveStatus !== 'DISABLED',
    },
    {
      guarantee: 'the table of keys can be restored to any second of the last 35 days',
      instead: 'point-in-time recovery of a global table is ignored',
      async worksNow() {
        const { ContinuousBackupsDescription } = backupsShape.parse(await describe('describe_continuous_backups'));
        return ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus !== 'DISABLED';
      },
    },
    {
      guarantee: 'the table of keys cannot be deleted by mistake',
      instead: 'deletion protection of a global table is ignored',
      worksNow: async () => tableShape.parse(await describe('describe_table')).Table.DeletionProtectionEnabled,
    },
  ];
}

const pepperShape = z.object({ initial: z.string() });

function secretLacks({ operator }: System): Lack[] {
  return [
    {
      guarantee: 'the generated pepper is 64 letters and digits',
      instead: 'ExcludePunctuation is ignored',
      async worksNow() {
        const secrets = await operator.resources('Gatewarden-Data', 'AWS::SecretsManager::Secret');
        const pepper = secrets.find(({ logicalId }) => logicalId.startsWith('Pepper'));
        const { value } = await operator.secret(pepper?.physicalId ?? '');
        return /^[A-Za-z0-9]{64}$/.test(pepperShape.parse(JSON.parse(value)).initial);
      },
    },
    {
      guarantee: 'two bootstraps that race leave one root token',
      instead: 'PutSecretValue replaces the value of a version that exists, where AWS refuses',
      async worksNow() {
        const put = (SecretString: string) =>
          operator.aws('secretsmanager', 'put_secret_value', { SecretId: 'probe', ClientRequestToken: 'probe'.repeat(8), SecretString });
        await operator.aws('secretsmanager', 'create_secret', { Name: 'probe', SecretString: 'zero' });
        await put('one');
        return put('two').then(
          () => false,
          () => true,
        );
      },
    },
  ];
}

const topicShape = z.object({ Attributes: z.record(z.string(), z.string()) });
const metricsShape = z.object({ Metrics: z.array(z.unknown()) });

function operationsLacks({ operator }: System): Lack[] {
  return [
    {
      guarantee: 'each request is a line in the access log of its API',
      instead: 'access logs are not written',
      async worksNow() {
        // Not the example's: what is in that one, this test has put there.
        const groups = await operator.resources('Gatewarden-Api', 'AWS::Logs::LogGroup');
        const accessLogs = groups.find(({ logicalId }) => logicalId.startsWith('ManagementAccessLogs'));
        return (await operator.logLines(accessLogs?.physicalId ?? '')).length > 0;
      },
    },
    {
      guarantee: 'each refusal counts in the metric Refusals',
      instead: 'metrics embedded in log lines are not taken out of them',
      async worksNow() {
        const { Metrics } = metricsShape.parse(await operator.aws('cloudwatch', 'list_metrics', { Namespace: 'Gatewarden' }));
        return Metrics.length > 0;
      },
    },
    {
      guarantee: 'the messages of alarms are encrypted, with a key that alarms may use',
      instead: 'the key of a topic is left out',
      async worksNow() {
        const [topic] = await operator.resources('Gatewarden-Alarms', 'AWS::SNS::Topic');
        const { Attributes } = topicShape.parse(await operator.aws('sns', 'get_topic_attributes', { TopicArn: topic?.physicalId }));
        return Attributes['KmsMasterKeyId'] !== undefined;
      },
    },
  ];
}

const permissionsShape = z.object({ Policy: z.string() });
const statementsShape = z.object({ Statement: z.array(z.object({ Sid: z.string() })) });

function permissionLack({ operator, order, issue }: System): Lack {
  return {
    guarantee: 'an API may call the authorizer only with the permission that its stack grants',
    instead: 'the permissions of a function are not asked for',
    async worksNow() {
      const functions = await operator.resources('Gatewarden-Api', 'AWS::Lambda::Function');
      const FunctionName = functions.find(({ logicalId }) => logicalId.startsWith('KeyAuthorizer'))?.physicalId;
      const { Policy } = permissionsShape.parse(await operator.aws('lambda', 'get_policy', { FunctionName }));
      const { token } = await issue();
      for (const { Sid } of statementsShape.parse(JSON.parse(Policy)).Statement) {
        await operator.aws('lambda', 'remove_permission', { FunctionName, StatementId: Sid });
      }
      return (await order(token)).status !== 200;
    },
  };
}
