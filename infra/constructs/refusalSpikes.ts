import { Duration } from 'aws-cdk-lib';
import { AnomalyDetectionAlarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { refusals } from './metrics.ts';

/** What the key authorizer refuses requests for, as far as a rise of it is worth a person's time. */
const codes = [
  'malformed_key',
  'unknown_key',
  'expired_key',
  'revoked_key',
  'insufficient_scope',
  'ip_not_allowed',
  'rate_limited',
  'quota_exceeded',
] as const;

/**
 * An alarm for each code when far more requests are refused for it than is usual at that hour of that day. CloudWatch
 * learns what is usual by itself, from up to two weeks.
 */
export class RefusalSpikes extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const code of codes) {
      new AnomalyDetectionAlarm(this, code, {
        alarmDescription: `Gatewarden: far more requests than usual are refused as ${code}. Who and from where is in the log of the key authorizer.`,
        metric: refusals('key', code, { period: Duration.minutes(5) }),
        stdDevs: 3,
        comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
        // For a quarter of an hour: where one a week is usual, a second one is no news.
        evaluationPeriods: 3,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    }
  }
}
