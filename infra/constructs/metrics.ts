import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

const namespace = 'Gatewarden';

/** A metric that Gatewarden's functions write, as embedded metric format in their logs; summed where nothing else is asked. */
export function ownMetric(metricName: string, options: MetricOptions = {}): Metric {
  return new Metric({ namespace, metricName, statistic: Stats.SUM, ...options });
}

/**
 * One line for each value of the last of the dimensions, also for those that nobody has thought of; of the others the
 * value that is given. For graphs alone: no alarm takes a search.
 */
export function ownMetricBy(metricName: string, dimension: string, given: Readonly<Record<string, string>> = {}): MathExpression {
  const schema = [namespace, ...Object.keys(given), dimension].join(',');
  const terms = Object.entries({ MetricName: metricName, ...given }).map(([name, value]) => `${name}="${value}"`);
  return new MathExpression({
    expression: `SEARCH('{${schema}} ${terms.join(' ')}', 'Sum', 300)`,
    usingMetrics: {},
    label: '',
    period: Duration.minutes(5),
  });
}

/** What becomes of a request at the key authorizer, as its metrics have it. */
export type Outcome = 'allowed' | 'refused' | 'limited' | 'failed';

/** A metric of requests to protected APIs that had this outcome. */
export function ofRequests(metricName: 'LeaseWrites' | 'LimiterFailures', outcome: Outcome, options: MetricOptions = {}): Metric {
  return ownMetric(metricName, { dimensionsMap: { outcome }, ...options });
}

export type Authorizer = 'key' | 'management';

/** Requests that an authorizer has refused for this reason. */
export function refusals(authorizer: Authorizer, code: string, options: MetricOptions = {}): Metric {
  return ownMetric('Refusals', { dimensionsMap: { authorizer, code }, ...options });
}
