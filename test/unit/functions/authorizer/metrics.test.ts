import { expect, it } from 'vitest';
import { verificationMetrics } from '../../../../functions/authorizer/metrics.ts';
import type { Verification } from '../../../../functions/authorizer/metrics.ts';

const quick: Verification = { outcome: 'allow', durationMs: 1.234, leaseWrites: 0, isDegraded: false };

/** Counts what `at` says, at which milliseconds; the lines that were written. */
function lines(...counted: [atMs: number, verification: Partial<Verification>][]): Record<string, unknown>[] {
  const written: string[] = [];
  let nowMs = 0;
  const count = verificationMetrics(() => nowMs, (line) => void written.push(line));
  for (const [atMs, verification] of counted) {
    nowMs = atMs;
    count({ ...quick, ...verification });
  }
  return written.join('').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('the first verification of a container is written at once, in embedded metric format', () => {
  expect(lines([5_000, { leaseWrites: 1, isDegraded: true }])).toEqual([
    {
      _aws: {
        Timestamp: 5_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Gatewarden',
            Dimensions: [['outcome']],
            Metrics: [
              { Name: 'Verifications', Unit: 'Count' },
              { Name: 'VerificationMs', Unit: 'Milliseconds' },
              { Name: 'LeaseWrites', Unit: 'Count' },
              { Name: 'LimiterFailures', Unit: 'Count' },
            ],
          },
        ],
      },
      level: 'INFO',
      message: 'verifications',
      outcome: 'allowed',
      Verifications: 1,
      VerificationMs: [1.23],
      LeaseWrites: 1,
      LimiterFailures: 1,
    },
  ]);
});

it('those of the same second share a line of each outcome, which comes with the first after it', () => {
  const written = lines([0, {}], [100, {}], [200, { outcome: 'limited' }], [300, { outcome: 'deny' }], [400, { outcome: 'unauthorized' }], [999, {}], [1_000, { leaseWrites: 2 }]);
  expect(written.slice(1).map(({ outcome, Verifications, LeaseWrites }) => [outcome, Verifications, LeaseWrites])).toEqual([
    ['allowed', 3, 2],
    ['limited', 1, 0],
    ['refused', 2, 0],
  ]);
});

it('no line holds more than the hundred values that the format takes, and none is lost', () => {
  const written = lines(...Array.from({ length: 350 }, (_, index): [number, Partial<Verification>] => [index, {}]), [2_000, {}]);
  const counts = written.map(({ Verifications }) => Number(Verifications));
  expect(Math.max(...counts)).toBe(100);
  expect(counts.reduce((sum, count) => sum + count)).toBe(351);
});

it('a clock that is set back silences nothing', () => {
  expect(lines([10_000, {}], [9_000, {}])).toHaveLength(2);
});
