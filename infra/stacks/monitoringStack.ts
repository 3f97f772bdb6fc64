import { Aws, CrossStackReferences, Duration, ReferenceStrength, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { Alarm, AlarmStatusWidget, ComparisonOperator, Dashboard, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Config } from '../../shared/config/config.ts';
import { AuthorizerAlarms } from '../constructs/authorizerAlarms.ts';
import { authorizerRows, jobRow, troubleRow, verificationRow } from '../constructs/dashboardRows.ts';
import { Failures } from '../constructs/failures.ts';
import { ofRequests } from '../constructs/metrics.ts';
import { RefusalSpikes } from '../constructs/refusalSpikes.ts';
import type { ApiStack } from './apiStack.ts';
import type { DataStack } from './dataStack.ts';
import type { JobsStack } from './jobsStack.ts';

export interface MonitoringStackProps extends StackProps {
  /** Name of the dashboard, before that of the region: an account has one list of dashboards for all of them. */
  readonly dashboardName: string;
  readonly config: Pick<Config, 'onLimitStoreFailure'>;
  readonly data: DataStack;
  readonly api: ApiStack;
  readonly jobs: JobsStack;
}

/** What an operator looks at, and what calls one. Nothing else depends on it. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, { dashboardName, config, data, api, jobs, ...props }: MonitoringStackProps) {
    super(scope, id, props);
    // Else nothing that is watched could be taken out of its stack as long as it is watched: mails, for one.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { key, management } = api.authorizers;
    const keyAlarms = new AuthorizerAlarms(this, 'KeyAuthorizer', { authorizer: 'key', service: key });
    const managementAlarms = new AuthorizerAlarms(this, 'ManagementAuthorizer', { authorizer: 'management', service: management });
    // A request that cannot be counted is let through or refused by the limit, as the configuration says.
    const outcome = config.onLimitStoreFailure === 'allow' ? 'allowed' : 'limited';
    const limiterFailures = ofRequests('LimiterFailures', outcome, { period: Duration.minutes(1) });
    this.addLimiterAlarm(outcome === 'allowed' ? withRefused(limiterFailures) : limiterFailures);
    new RefusalSpikes(this, 'RefusalSpikes');

    new Dashboard(this, 'Dashboard', {
      dashboardName: `${dashboardName}-${Aws.REGION}`,
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 4, alarms: [...alarmsOf(jobs), ...alarmsOf(this)] })],
        verificationRow(limiterFailures),
        ...authorizerRows({
          key: { run: key.function, crashes: keyAlarms.crashes },
          management: { run: management.function, crashes: managementAlarms.crashes },
        }),
        jobRow(jobs.sweep),
        troubleRow(failuresOf(jobs), { keys: data.keysTable, usage: data.usageTable }),
      ],
    });
  }

  private addLimiterAlarm(failures: Metric | MathExpression): void {
    failures.createAlarm(this, 'LimiterFails', {
      alarmDescription: 'Gatewarden: requests cannot be counted against their limits, and are let through or refused as onLimitStoreFailure says.',
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** With those that are refused although they cannot be counted: as many have passed uncounted by then as may. */
function withRefused(allowed: Metric): MathExpression {
  const limited = ofRequests('LimiterFailures', 'limited', { period: allowed.period });
  return new MathExpression({ expression: 'FILL(allowed, 0) + FILL(limited, 0)', usingMetrics: { allowed, limited }, period: allowed.period });
}

function alarmsOf(stack: Stack): Alarm[] {
  return stack.node.findAll().filter((construct) => construct instanceof Alarm);
}

function failuresOf(stack: Stack): Failures[] {
  return stack.node.findAll().filter((construct) => construct instanceof Failures);
}
