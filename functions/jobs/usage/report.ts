/** What became of the lines of a batch. */
export interface CountReport {
  readonly lines: number;
  readonly counted: number;
  /** Counted before: the batch, or a part of it, came again. */
  readonly repeated: number;
  readonly ignored: number;
  readonly unreadable: number;
}

/**
 * One line a batch, in CloudWatch's embedded metric format: `UsageLinesCounted` and `UsageLinesUnreadable`. No line of
 * the batch is repeated here: what could not be read could hold anything.
 */
export function reportCount(report: CountReport, source: { readonly logGroup: string; readonly logStream: string }): void {
  const now = new Date();
  const line = {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [{ Namespace: 'Gatewarden', Dimensions: [[]], Metrics: metrics.map((Name) => ({ Name, Unit: 'Count' })) }],
    },
    timestamp: now.toISOString(),
    level: report.unreadable > 0 ? 'WARN' : 'INFO',
    message: 'usage counted',
    ...source,
    ...report,
    UsageLinesCounted: report.counted,
    UsageLinesUnreadable: report.unreadable,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const metrics = ['UsageLinesCounted', 'UsageLinesUnreadable'] as const;
