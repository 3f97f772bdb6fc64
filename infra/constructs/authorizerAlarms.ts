import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { CreateAlarmOptions, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { JsonPattern } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { refusals } from './metrics.ts';
import type { Authorizer } from './metrics.ts';
import type { ServiceFunction } from './serviceFunction.ts';

export interface AuthorizerAlarmsProps {
  readonly authorizer: Authorizer;
  readonly service: ServiceFunction;
}

const minute = Duration.minutes(1);

/** In three of five minutes: an outage is told within minutes, and one call that fails is none. */
const once: CreateAlarmOptions = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

/**
 * What goes wrong in an authorizer. Lambda's own metric of errors is of no use here: a refusal by 401 is a thrown error,
 * and an authorizer that works well has many.
 */
export class AuthorizerAlarms extends Construct {
  /** Runs that ended without an answer: out of time, out of memory, or not even begun. */
  readonly crashes: Metric;

  constructor(scope: Construct, id: string, { authorizer, service }: AuthorizerAlarmsProps) {
    super(scope, id);
    const name = `the ${authorizer} authorizer`;
    this.crashes = this.countCrashes(authorizer, service);
    refusals(authorizer, 'authorizer_failure', { period: minute }).createAlarm(this, 'Undecided', {
      ...once,
      alarmDescription: `Gatewarden: ${name} could not decide, and callers get 500; its log says why.`,
    });
    this.crashes.createAlarm(this, 'Crashed', {
      ...once,
      alarmDescription: `Gatewarden: runs of ${name} end without an answer, and callers get 500.`,
    });
    service.function.metricThrottles({ period: minute }).createAlarm(this, 'Throttled', {
      ...once,
      alarmDescription: `Gatewarden: Lambda refuses to run ${name}, and callers get 500: the account's concurrency is used up.`,
    });
    service.function.metricDuration({ statistic: Stats.p(99), period: Duration.minutes(5) }).createAlarm(this, 'Slow', {
      alarmDescription: `Gatewarden: one call of ${name} in a hundred takes longer than a second.`,
      threshold: 1_000,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      // Of a few calls, one in a hundred is the first one of a container.
      evaluateLowSampleCountPercentile: 'ignore',
    });
  }

  /** Lambda's report of a run says `error` of what was thrown, and `timeout` or `failure` of what never came to an end. */
  private countCrashes(authorizer: Authorizer, { logGroup }: ServiceFunction): Metric {
    return new MetricFilter(this, 'Crashes', {
      logGroup,
      filterPattern: FilterPattern.all(is('$.type', 'platform.report'), FilterPattern.any(is('$.record.status', 'timeout'), is('$.record.status', 'failure'))),
      metricNamespace: 'Gatewarden',
      metricName: authorizer === 'key' ? 'KeyAuthorizerCrashes' : 'ManagementAuthorizerCrashes',
      metricValue: '1',
    }).metric({ statistic: Stats.SUM, period: minute });
  }
}

function is(field: string, text: string): JsonPattern {
  return FilterPattern.stringValue(field, '=', text);
}
