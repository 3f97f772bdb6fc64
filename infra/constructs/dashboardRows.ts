import { Duration } from 'aws-cdk-lib';
import { Color, GraphWidget, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { GraphWidgetProps, IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Failures } from './failures.ts';
import { ofRequests, ownMetric, ownMetricBy } from './metrics.ts';

/** A third of the dashboard's width. */
const width = 8;
const period = Duration.minutes(5);

/** How many requests come, and what becomes of them; with the metric of limits that could not be counted. */
export function verificationRow(limiterFailures: Metric): IWidget[] {
  return [
    graph('Verifications', { left: [ownMetricBy('Verifications', 'outcome')], stacked: true }),
    graph('Refusals by the key authorizer', { left: [ownMetricBy('Refusals', 'code', { authorizer: 'key' })] }),
    graph('Limits', {
      left: [
        ofRequests('LeaseWrites', 'allowed', { label: 'leases that were written' }),
        ofRequests('LeaseWrites', 'limited', { label: 'leases for which there was no room' }),
      ],
      right: [limiterFailures.with({ label: 'requests that could not be counted', color: Color.RED, period })],
    }),
  ];
}

interface Authorizer {
  readonly run: IFunction;
  readonly crashes: Metric;
}

/** How the authorizers do. */
export function authorizerRows({ key, management }: { readonly key: Authorizer; readonly management: Authorizer }): IWidget[][] {
  const duration = ({ run }: Authorizer, percent: number) => run.metricDuration({ statistic: Stats.p(percent), label: `p${percent}`, period });
  // Not Lambda's metric of errors, in which every 401 is one.
  const failures = ({ run, crashes }: Authorizer) => [crashes.with({ label: 'no answer', period }), run.metricThrottles({ label: 'throttled', period })];
  return [
    [
      graph('Key authorizer: duration (ms)', { left: [duration(key, 50), duration(key, 99)] }),
      graph('Key authorizer: failures', { left: failures(key) }),
      graph('Key authorizer: calls', {
        left: [key.run.metricInvocations({ label: 'calls', period })],
        right: [key.run.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, label: 'at the same time', period })],
      }),
    ],
    [
      graph('Management authorizer: duration (ms)', { left: [duration(management, 99)] }),
      graph('Management authorizer: failures', { left: failures(management) }),
    ],
  ];
}

/** What happens behind the requests. */
export function jobRow(sweep: IFunction): IWidget[] {
  return [
    graph('Usage', {
      left: [ownMetric('UsageLinesCounted', { label: 'lines counted' })],
      right: [ownMetric('UsageLinesUnreadable', { label: 'lines that cannot be read', color: Color.RED })],
    }),
    graph('Mails', {
      left: [
        ownMetric('MailsSent', { label: 'sent' }),
        ownMetric('MailsFailed', { label: 'failed', color: Color.RED }),
        ownMetric('MailsSuppressed', { label: 'to suppressed addresses' }),
      ],
    }),
    graph('Sweep of the keys', {
      left: [ownMetric('SweepDueKeys', { label: 'keys due' })],
      right: [sweep.metricErrors({ label: 'failed runs', color: Color.RED, period })],
    }),
  ];
}

/** What needs a hand: all of it is nothing on a good day. */
export function troubleRow(failures: readonly Failures[], tables: Readonly<Record<string, TableV2>>): IWidget[] {
  const queued = failures.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ label: queue.node.scope?.node.id ?? '', statistic: Stats.MAXIMUM, period }));
  const throttled = Object.entries(tables).flatMap(([name, { tableName }]) =>
    ['Read', 'Write'].map(
      (kind) =>
        new Metric({
          namespace: 'AWS/DynamoDB',
          metricName: `${kind}ThrottleEvents`,
          dimensionsMap: { TableName: tableName },
          statistic: Stats.SUM,
          label: `${name}: ${kind.toLowerCase()}s`,
        }),
    ),
  );
  return [graph('What failed and rests in a queue', { left: queued }), graph('Throttled by DynamoDB', { left: throttled })];
}

function graph(title: string, props: Omit<GraphWidgetProps, 'title'> & { readonly left: IMetric[] }): GraphWidget {
  return new GraphWidget({ title, width, period, ...props });
}
