import { describe, expect, it } from 'vitest';
import rawConfig from '../../gatewarden.config.ts';
import type { Template } from 'aws-cdk-lib/assertions';
import { resources, synthesized } from './synthesized.ts';

const { Monitoring: monitoring, Jobs: jobs } = synthesized();
const silent = synthesized({ ...rawConfig, mail: null });

interface Widget {
  readonly type: string;
  readonly properties: { readonly title: string; readonly metrics?: readonly (readonly unknown[])[]; readonly alarms?: readonly string[] };
}

const [dashboard] = Object.values(resources(monitoring, 'AWS::CloudWatch::Dashboard'));

/** The widgets, with the name of its output for each value that another stack hands over. */
function widgetsOf(template: Template): Widget[] {
  const [only] = Object.values(resources(template, 'AWS::CloudWatch::Dashboard'));
  const body = only?.Properties['DashboardBody'] as { 'Fn::Join': [string, unknown[]] } | undefined;
  const text = (body?.['Fn::Join'][1] ?? []).map((part) => (typeof part === 'string' ? part : nameOf(part))).join('');
  return (JSON.parse(text) as { widgets: Widget[] }).widgets;
}

function nameOf(reference: unknown): string {
  const { 'Fn::GetStackOutput': output, 'Fn::GetAtt': attribute, Ref: ref } = reference as Record<string, unknown>;
  return ref ? String(ref) : attribute ? String((attribute as string[])[0]) : (output as { OutputName: string }).OutputName;
}

const widgets = widgetsOf(monitoring);
const metricsOf = (title: string) => (widgets.find(({ properties }) => properties.title === title)?.properties.metrics ?? []).map((metric) => JSON.stringify(metric));

describe('the dashboard', () => {
  it('has a name of its own in every region: an account has one list of them', () => {
    expect(dashboard?.Properties['DashboardName']).toEqual({ 'Fn::Join': ['', ['Gatewarden-', { Ref: 'AWS::Region' }]] });
  });

  it('shows, from above, what an operator asks first', () => {
    expect(widgets.map(({ properties }) => properties.title)).toEqual([
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
  });

  it('shows every alarm of the deployment', () => {
    const count = Object.keys(resources(monitoring, 'AWS::CloudWatch::Alarm')).length + Object.keys(resources(jobs, 'AWS::CloudWatch::Alarm')).length;
    expect(count).toBe(33);
    expect(new Set(widgets[0]?.properties.alarms).size).toBe(33);
  });

  it('shows verifications by outcome and refusals by code, those too that nobody has thought of', () => {
    expect(metricsOf('Verifications')).toEqual([expect.stringContaining(`SEARCH('{Gatewarden,outcome} MetricName=\\"Verifications\\"', 'Sum', 300)`)]);
    expect(metricsOf('Refusals by the key authorizer')).toEqual([
      expect.stringContaining(`SEARCH('{Gatewarden,authorizer,code} MetricName=\\"Refusals\\" authorizer=\\"key\\"', 'Sum', 300)`),
    ]);
  });

  it.each([
    ['Limits', ['LeaseWrites', 'LeaseWrites', 'LimiterFailures']],
    ['Key authorizer: duration (ms)', ['p50', 'p99']],
    ['Key authorizer: failures', ['KeyAuthorizerCrashes', 'Throttles']],
    ['Key authorizer: calls', ['Invocations', 'ConcurrentExecutions']],
    ['Management authorizer: duration (ms)', ['p99']],
    ['Management authorizer: failures', ['ManagementAuthorizerCrashes', 'Throttles']],
    ['Usage', ['UsageLinesCounted', 'UsageLinesUnreadable']],
    ['Mails', ['MailsSent', 'MailsFailed', 'MailsSuppressed']],
    ['Sweep of the keys', ['SweepDueKeys', 'Errors']],
    ['What failed and rests in a queue', ['CheckpointEvents', 'SweepKeys', 'RecordPurges', 'CountUsage', 'MailKeyEvents', 'SuppressAddress']],
    ['Throttled by DynamoDB', ['keys: reads', 'keys: writes', 'usage: reads', 'usage: writes']],
  ])('%s: %j', (title, names) => {
    const metrics = metricsOf(title);
    expect(metrics).toHaveLength(names.length);
    names.forEach((name, at) => expect(metrics[at]).toContain(`"${name}"`));
  });

  it('holds few enough metrics to cost nothing, which is fifty', () => {
    const named = widgets.flatMap(({ properties }) => properties.metrics ?? []).length;
    // Found by search: four outcomes and, with those of limits and the failure to decide, seventeen codes.
    const searches = 2;
    expect(named - searches + 4 + 17).toBeLessThanOrEqual(50);
  });
});

describe('what is watched can be taken away', () => {
  it('no export is held by the dashboard or an alarm: CloudFormation would keep it from going', () => {
    expect(JSON.stringify(monitoring.toJSON())).not.toContain('Fn::ImportValue');
  });

  it('where no mails are sent, the queues and alarms of mails are not looked for', () => {
    expect(JSON.stringify(widgetsOf(silent.Monitoring))).not.toMatch(/MailKeyEvents|SuppressAddress|MailFailed/);
  });
});
