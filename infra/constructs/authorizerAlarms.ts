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

  private countCrashes(authorizer: Authorizer, { logGroup }: ServiceFunction): Metric {
    return new MetricFilter(this, 'Crashes', {
      logGroup,
      filterPattern: FilterPattern.any(neverEnded, neverBegan),
      metricNamespace: 'Gatewarden',
      metricName: authorizer === 'key' ? 'KeyAuthorizerCrashes' : 'ManagementAuthorizerCrashes',
      metricValue: '1',
    }).metric({ statistic: Stats.SUM, period: minute });
  }
}

/**
 * A run that was cut off. Of an answer that was thrown Lambda's report says `error` as well, so what is looked for is
 * what a process dies of.
 */
const neverEnded = FilterPattern.all(
  is('$.type', 'platform.report'),
  FilterPattern.any(
    is('$.record.status', 'timeout'),
    is('$.record.status', 'failure'),
    is('$.record.errorType', 'Runtime.OutOfMemory'),
    is('$.record.errorType', 'Runtime.ExitError'),
  ),
);

/** A function that could not be loaded. Lambda tries once more when it is called; that try has its phase. */
const neverBegan = FilterPattern.all(
  is('$.type', 'platform.initReport'),
  is('$.record.phase', 'invoke'),
  FilterPattern.any(is('$.record.status', 'error'), is('$.record.status', 'failure')),
);

function is(field: string, text: string): JsonPattern {
  return FilterPattern.stringValue(field, '=', text);
}
