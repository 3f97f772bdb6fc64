/** What one run of a schedule is called, and when it was due. */
export interface RunIdentity {
  readonly region: string;
  readonly accountId: string;
  readonly arn: string;
  /** ISO 8601. */
  readonly scheduledAt: string;
  readonly executionId: string;
}

/**
 * What a target gets: its own input, with the scheduler's context attributes (`<aws.scheduler.scheduled-time>` and
 * the like) filled in; without one, the event that the scheduler writes itself.
 */
export function targetInput(input: string | undefined, run: RunIdentity): string {
  const scheduledAt = run.scheduledAt.replace(/\.\d{3}Z$/u, 'Z');
  if (input === undefined) {
    return JSON.stringify({
      version: '0',
      id: run.executionId,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: run.accountId,
      time: scheduledAt,
      region: run.region,
      resources: [run.arn],
      detail: '{}',
    });
  }
  return input
    .replaceAll('<aws.scheduler.scheduled-time>', scheduledAt)
    .replaceAll('<aws.scheduler.schedule-arn>', run.arn)
    .replaceAll('<aws.scheduler.execution-id>', run.executionId)
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}
