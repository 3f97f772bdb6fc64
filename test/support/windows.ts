import type { System } from './system.ts';

/**
 * Sees to it that a window of this length, aligned to the epoch, does not end in the middle of what follows: moves the
 * clock past its boundary where less than a third of it is left.
 */
export function awayFromBoundary({ platform }: System, windowSec: number): void {
  const windowMs = windowSec * 1000;
  const leftMs = windowMs - (platform.clock.nowMs() % windowMs);
  // A second more: a window opens late where clocks may be wrong.
  if (leftMs < windowMs / 3) platform.clock.advance(leftMs + 1000);
}
