import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ScheduledJob } from './scheduledJob.ts';

/** Raised when no run of an hourly job has ended well for three hours: none was begun, or each has failed. */
export function alarmOfSilence(job: ScheduledJob, name: string): void {
  const period = Duration.hours(1);
  new MathExpression({
    expression: 'runs - failures',
    usingMetrics: { runs: job.function.metricInvocations({ period }), failures: job.function.metricErrors({ period }) },
    label: 'Runs that ended well',
    period,
  }).createAlarm(job, 'Silent', {
    alarmDescription: `Gatewarden: no run of the job "${name}" has ended well for three hours.`,
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 3,
    // A function that nobody calls has no metrics.
    treatMissingData: TreatMissingData.BREACHING,
  });
}
