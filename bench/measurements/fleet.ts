import { exactly, report } from '../measure/finding.ts';
import type { Finding, Threshold } from '../measure/finding.ts';
import { simulate } from '../subject/containers.ts';
import type { Load } from '../subject/containers.ts';

// What limits cost and let through over eight containers, in simulated time: random arrivals, clocks up to 200 ms off,
// a store that takes 2 to 8 ms. Counted, not timed.

report([
  ...(await finding({ limit: 100_000, windowSec: 60, perSec: 1_000, windows: 1 }, { atMost: 0.05 })),
  ...(await finding({ limit: 30_000, windowSec: 60, perSec: 1_000, windows: 1 }, { atMost: 0.05 })),
  ...(await finding({ limit: 2_000, windowSec: 1, perSec: 1_000, windows: 20 }, { atMost: 0.05 })),
  ...(await finding({ limit: 1_000, windowSec: 1, perSec: 1_000, windows: 20 }, { atMost: 0.05 })),
  ...(await finding({ limit: 500, windowSec: 1, perSec: 1_000, windows: 20 }, { atMost: 0.05 })),
  ...(await finding({ limit: 1_000, windowSec: 60, perSec: 1_000 / 60, windows: 4 })),
  ...(await finding({ limit: 1_000, windowSec: 60, perSec: 1 / 30, windows: 60 })),
]);

async function finding(load: Load, threshold?: Threshold): Promise<Finding[]> {
  const { writesPerRequest, overAdmitted } = await simulate(load);
  const { limit, windowSec, perSec } = load;
  const rate = perSec >= 1 ? `${Math.round(perSec * 10) / 10} requests a second` : `a request in ${Math.round(1 / perSec)} s`;
  const where = `${rate}, limit ${limit} in ${windowSec} s, 8 containers`;
  const writes = { what: `writes a request, ${where}`, value: exactly(writesPerRequest), unit: 'writes' } as const;
  return [
    threshold ? { ...writes, threshold } : writes,
    { what: `  passed beyond the limit of a window`, value: exactly(overAdmitted), unit: 'requests', threshold: { atMost: 0 } },
  ];
}
