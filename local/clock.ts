/**
 * The platform's time: real time plus an offset that only grows. The offset lies in shared memory, so every
 * function container sees a move of the clock at once, without a message.
 */
export interface PlatformClock {
  /** Milliseconds since 1970 as the platform sees it. */
  nowMs(): number;
  /** Moves the time forward by `ms` (0 or more); throws a RangeError otherwise. */
  advance(ms: number): void;
  offsetMs(): number;
  /** Calls `listener` with the new offset after every move. */
  onMove(listener: (offsetMs: number) => void): void;
  /** One BigInt64: the offset in milliseconds. */
  readonly shared: SharedArrayBuffer;
}

const largestDateMs = 8.64e15;

export function createClock(initialOffsetMs = 0): PlatformClock {
  const listeners: ((offsetMs: number) => void)[] = [];
  const shared = new SharedArrayBuffer(8);
  const cell = new BigInt64Array(shared);
  Atomics.store(cell, 0, BigInt(initialOffsetMs));
  const offsetMs = (): number => Number(Atomics.load(cell, 0));
  return {
    shared,
    offsetMs,
    onMove: (listener) => void listeners.push(listener),
    nowMs: () => Date.now() + offsetMs(),
    advance(ms) {
      const whole = Math.round(ms);
      if (!Number.isFinite(ms) || ms < 0 || Date.now() + offsetMs() + whole > largestDateMs)
        throw new RangeError(`The clock moves forward by 0 or more milliseconds within what a date can hold, got ${ms}.`);
      Atomics.add(cell, 0, BigInt(whole));
      for (const listener of listeners) listener(offsetMs());
    },
  };
}
