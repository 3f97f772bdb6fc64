import { Fleet, seeded } from '../../test/unit/limits/fleet.ts';

/** Requests of one key to eight containers, at random and evenly. */
export interface Load {
  readonly limit: number;
  readonly windowSec: number;
  readonly perSec: number;
  readonly windows: number;
}

/** Simulated time: random arrivals, clocks up to 200 ms off, a store that takes 2 to 8 ms. The same numbers every time. */
export async function simulate({ limit, windowSec, perSec, windows }: Load): Promise<{ writesPerRequest: number; overAdmitted: number }> {
  const random = seeded(1);
  const startMs = Date.UTC(2026, 10, 22, 10);
  const clocks = Array.from({ length: 8 }, () => {
    const skewMs = (random() - 0.5) * 400;
    return { skewMs: () => skewMs, pace: 1 };
  });
  const policy = { name: 'default', code: 'rate_limited', subjectId: 'key_1', limit, span: { windowSec } } as const;
  const fleet = new Fleet({ startMs, clocks, policies: [policy], onStoreFailure: 'refuse', latencyMs: () => 1 + Math.floor(random() * 4) });
  let requests = 0;
  for (let ms = startMs; ms < startMs + windows * windowSec * 1000; ms -= (Math.log(1 - random()) * 1000) / perSec) {
    fleet.requestAt(Math.floor(ms * 4) / 4, Math.floor(random() * 8));
    requests += 1;
  }
  await fleet.run();
  const beyond = [...fleet.perWindow(windowSec).values()].map((passed) => Math.max(passed - limit, 0));
  return { writesPerRequest: fleet.table.writes / requests, overAdmitted: beyond.reduce((sum, one) => sum + one, 0) };
}
