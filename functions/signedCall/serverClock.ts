/** Further off than this, and AWS refuses the signature soon: it accepts five minutes. */
const skewMs = 240_000;

export interface ServerClock {
  /** Epoch milliseconds, as the service sees it. */
  nowMs(): number;
  /** Learns from an answer's `Date`; true when what was signed by the clock so far was far off. */
  learn(date: string | undefined, signedAtMs: number): boolean;
}

/**
 * This machine's clock, corrected by the dates of the services' answers: a container that was frozen can wake up
 * with a clock that is wrong, and every signature holds a time.
 */
export function serverClock(localNowMs: () => number): ServerClock {
  let offsetMs = 0;
  return {
    nowMs: () => localNowMs() + offsetMs,
    learn(date, signedAtMs) {
      const serverMs = Date.parse(date ?? '');
      if (Number.isNaN(serverMs)) return false;
      offsetMs = serverMs - localNowMs();
      return Math.abs(serverMs - signedAtMs) >= skewMs;
    },
  };
}
