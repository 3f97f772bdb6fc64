/** How often a container has lately been asked for one policy. */
export interface DemandRate {
  /** Requests per second, before the correction for a short past. */
  readonly perSec: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

const memoryMs = 2000;
// A short past is not blown up more than fourfold: two requests in one millisecond are no thousand a second.
const leastWeight = 0.25;

/** After one more request; `ms` is of the monotonic clock. */
export function afterRequest(rate: DemandRate | null, ms: number): DemandRate {
  if (!rate) return { perSec: 0, firstMs: ms, lastMs: ms };
  // Requests at one and the same instant count as half a millisecond apart.
  const gapMs = Math.max(ms - rate.lastMs, 0.5);
  const weight = Math.exp(-gapMs / memoryMs);
  return { perSec: rate.perSec * weight + (1 - weight) * (1000 / gapMs), firstMs: rate.firstMs, lastMs: ms };
}

/** The expected requests per second. A first request alone says nothing yet: 0. */
export function expectedPerSec({ perSec, firstMs, lastMs }: DemandRate): number {
  return perSec / Math.max(1 - Math.exp((firstMs - lastMs) / memoryMs), leastWeight);
}
