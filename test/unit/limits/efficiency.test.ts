import { describe, expect, it } from 'vitest';
import { Fleet, seeded } from './fleet.ts';

const start = Date.UTC(2026, 10, 22, 10);

interface Scenario {
  readonly limit: number;
  readonly windowSec: number;
  readonly perSec: number;
  readonly windows: number;
  readonly skewMs?: number;
  readonly shares?: readonly number[];
}

/** Requests at random times to 8 containers; the first window warms up and does not count. */
async function measure({ limit, windowSec, perSec, windows, skewMs = 0, shares = [1, 1, 1, 1, 1, 1, 1, 1] }: Scenario) {
  const random = seeded(1);
  const lengthMs = windowSec * 1000;
  const fleet = new Fleet({
    startMs: start,
    clocks: shares.map((_, index) => ({ skewMs: () => (index % 2 === 0 ? skewMs : -skewMs), pace: 1 })),
    policies: [{ name: 'default', code: 'rate_limited', subjectId: 'key_1', limit, span: { windowSec } }],
    onStoreFailure: 'refuse',
    latencyMs: () => 1 + Math.floor(random() * 3),
  });
  const slots = shares.flatMap((share, container) => Array.from({ length: share }, () => container));
  let requests = 0;
  for (let ms = start; ms < start + (windows + 1) * lengthMs; ms -= (Math.log(1 - random()) * 1000) / perSec) {
    fleet.requestAt(Math.floor(ms * 4) / 4, slots[Math.floor(random() * slots.length)] ?? 0);
    requests += 1;
  }
  await fleet.run();
  const counts = fleet.perWindow(windowSec);
  const passed = Array.from({ length: windows }, (_, index) => counts.get((start + (index + 1) * lengthMs) / 1000) ?? 0);
  const refusals = fleet.answers.length - fleet.allowed.length;
  return { share: passed.reduce((sum, n) => sum + n, 0) / windows / limit, most: Math.max(...counts.values()), writesPerRequest: fleet.table.writes / requests, refusals };
}

const uneven = [64, 32, 16, 8, 4, 2, 1, 1];

describe('leases', () => {
  it.each([
    { limit: 1000, windowSec: 1, windows: 20 },
    { limit: 100, windowSec: 1, windows: 40 },
    { limit: 1000, windowSec: 60, windows: 3 },
    { limit: 100, windowSec: 60, windows: 6 },
  ])('let at least 95 % of $limit in $windowSec s through at twice its load over 8 containers', async (scenario) => {
    const perSec = (2 * scenario.limit) / scenario.windowSec;
    for (const way of [{}, { skewMs: 200 }, { shares: uneven }]) {
      const { share, most } = await measure({ ...scenario, ...way, perSec });
      expect(share).toBeGreaterThanOrEqual(0.95);
      expect(most).toBeLessThanOrEqual(scenario.limit);
    }
  });

  it.each([
    { limit: 100_000, windowSec: 60, windows: 1 },
    { limit: 60_000, windowSec: 60, windows: 1 },
    { limit: 30_000, windowSec: 60, windows: 1 },
    { limit: 2000, windowSec: 1, windows: 20 },
    { limit: 1000, windowSec: 1, windows: 20 },
    { limit: 500, windowSec: 1, windows: 20 },
  ])('cost a busy key at most 0.05 writes a request: 1,000 a second, limit $limit in $windowSec s', async (scenario) => {
    for (const skewMs of [0, 200]) {
      const { writesPerRequest } = await measure({ ...scenario, skewMs, perSec: 1000 });
      expect(writesPerRequest).toBeLessThanOrEqual(0.05);
    }
  });

  it.each([
    { limit: 100_000, windowSec: 60, perSec: 1000, windows: 1 },
    { limit: 2000, windowSec: 1, perSec: 1000, windows: 20 },
    { limit: 100, windowSec: 1, perSec: 50, windows: 40 },
  ])('refuse nobody who stays well below $limit in $windowSec s', async (scenario) => {
    expect((await measure(scenario)).refusals).toBe(0);
  });

  it('do not charge a steady caller twice for the time about the boundaries', async () => {
    // 90 % of the limit; with every request near a boundary charged to both windows it would be 126 %.
    const { refusals } = await measure({ limit: 1000, windowSec: 1, perSec: 900, windows: 20 });
    expect(refusals).toBeLessThan(0.03 * 900 * 21);
  });
});
