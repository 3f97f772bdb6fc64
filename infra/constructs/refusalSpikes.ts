import { Duration } from 'aws-cdk-lib';
import { AnomalyDetectionAlarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { authenticationRefusals, permissionRefusals } from '../../shared/keys/decide.ts';
import { limitCodes } from '../../shared/limits/policy.ts';
import { refusals } from './metrics.ts';

/**
 * Everything that the key authorizer refuses requests for. A rise of any is somebody's outage: a client that has lost its
 * header, a key that was switched off while in use, an organization that was suspended by mistake.
 */
const codes = [...authenticationRefusals, ...permissionRefusals, ...limitCodes];

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
