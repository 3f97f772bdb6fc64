/**
 * Writes one line in CloudWatch's embedded metric format: counts in the namespace `Gatewarden`, without dimensions.
 * Zeros are written too: an alarm tells "none" from "nothing ran".
 */
export function countMetrics(counts: Readonly<Record<string, number>>): void {
  const Metrics = Object.keys(counts).map((Name) => ({ Name, Unit: 'Count' }));
  const line = {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: 'Gatewarden', Dimensions: [[]], Metrics }] },
    level: 'INFO',
    message: 'counted',
    ...counts,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
