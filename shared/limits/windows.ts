/** A stretch of time that a limit counts over: [startMs, endMs), epoch milliseconds. */
export interface LimitWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/** What a policy counts over: windows of fixed length, aligned to the epoch, or calendar months (UTC). */
export type Span = { readonly windowSec: number } | 'month';

/** How far a container's clock may be off, either way, without a limit being passed. */
export const maxSkewMs = 200;

/**
 * The windows that a request at this local time has to be charged to: every one that the true time may lie in.
 *
 * That is one, or two within 200 ms of a boundary. It is what makes a limit hold over containers whose clocks
 * disagree: a request decided at the true time T is seen at a local time in [T − 200, T + 200], so the window that T
 * lies in is always among those charged, and a counter hands out at most `limit` tokens. Boundaries are whole
 * milliseconds, so a clock that rounds down changes nothing.
 */
export function windowsAt(span: Span, localMs: number): readonly LimitWindow[] {
  const earliest = windowOf(span, localMs - maxSkewMs);
  if (localMs + maxSkewMs < earliest.endMs) return [earliest];
  return [earliest, windowOf(span, localMs + maxSkewMs)];
}

/** From here on a request is no longer charged to the window, epoch milliseconds of the local clock. */
export function releasedMs(window: LimitWindow): number {
  return window.endMs + maxSkewMs;
}

function windowOf(span: Span, ms: number): LimitWindow {
  if (span === 'month') return monthOf(ms);
  const lengthMs = span.windowSec * 1000;
  const startMs = Math.floor(ms / lengthMs) * lengthMs;
  return { startMs, endMs: startMs + lengthMs };
}

function monthOf(ms: number): LimitWindow {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) };
}
