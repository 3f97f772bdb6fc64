import type { Outcome } from './answer.ts';

/** One verification, as the metrics count it. */
export interface Verification {
  readonly outcome: Outcome['kind'] | 'failed';
  readonly durationMs: number;
  /** Writes that its limits cost. */
  readonly leaseWrites: number;
  /** Whether a limit could not be counted. */
  readonly isDegraded: boolean;
}

const outcomes = { allow: 'allowed', limited: 'limited', deny: 'refused', unauthorized: 'refused', failed: 'failed' } as const;
// The embedded metric format takes a hundred values of a metric a line.
const maxValues = 100;
const flushEveryMs = 1000;

/**
 * Counts verifications in CloudWatch's embedded metric format: `Verifications`, `VerificationMs`, `LeaseWrites` and
 * `LimiterFailures`, by the dimension `outcome`. A container that is busy writes a line a second and outcome instead of
 * one a request; what it has not written when it is put away for good, a second's worth at most, is not counted.
 */
export function verificationMetrics(nowMs: () => number, write: (line: string) => void): (verification: Verification) => void {
  const kept = new Map<string, Verification[]>();
  let flushedMs = Number.NEGATIVE_INFINITY;
  return (verification) => {
    const outcome = outcomes[verification.outcome];
    const same = kept.get(outcome) ?? [];
    kept.set(outcome, same);
    same.push(verification);
    const atMs = nowMs();
    // A clock that was set back must not silence the metrics.
    if (same.length < maxValues && atMs >= flushedMs && atMs - flushedMs < flushEveryMs) return;
    flushedMs = atMs;
    for (const [name, verifications] of kept) write(lineOf(name, verifications, atMs));
    kept.clear();
  };
}

/** The line of one request to another function than the authorizer whose limit could not be counted. */
export function limiterFailureLine(outcome: 'allow' | 'limited', atMs: number): string {
  return metricLine({ outcome: outcomes[outcome], atMs, message: 'limit unknown', metrics: { LimiterFailures: 1 } });
}

function lineOf(outcome: string, verifications: readonly Verification[], atMs: number): string {
  const metrics = {
    Verifications: verifications.length,
    VerificationMs: verifications.map(({ durationMs }) => Math.round(durationMs * 100) / 100),
    LeaseWrites: verifications.reduce((sum, { leaseWrites }) => sum + leaseWrites, 0),
    LimiterFailures: verifications.filter(({ isDegraded }) => isDegraded).length,
  };
  return metricLine({ outcome, atMs, message: 'verifications', metrics });
}

interface MetricLine {
  readonly outcome: string;
  readonly atMs: number;
  readonly message: string;
  readonly metrics: Readonly<Record<string, number | number[]>>;
}

function metricLine({ outcome, atMs, message, metrics }: MetricLine): string {
  const Metrics = Object.keys(metrics).map((Name) => ({ Name, Unit: Name.endsWith('Ms') ? 'Milliseconds' : 'Count' }));
  const declared = { Timestamp: atMs, CloudWatchMetrics: [{ Namespace: 'Gatewarden', Dimensions: [['outcome']], Metrics }] };
  return `${JSON.stringify({ _aws: declared, level: 'INFO', message, outcome, ...metrics })}\n`;
}
