import type { Spread } from './statistics.ts';

/** What a median is held to. */
export type Threshold = { readonly atMost: number } | { readonly atLeast: number };

/** One line of the report. */
export interface Finding {
  readonly what: string;
  readonly value: Spread;
  readonly unit: 'x' | 'µs' | 'ms' | 'writes' | 'reads' | 'calls' | 'kB' | 'bytes' | 'requests' | '%' | '$ / M';
  readonly threshold?: Threshold;
}

export function isMissed({ value, threshold }: Finding): boolean {
  if (!threshold) return false;
  // Written so that a median which is no number misses.
  return 'atMost' in threshold ? !(value.median <= threshold.atMost) : !(value.median >= threshold.atLeast);
}

/** A count: no spread. */
export function exactly(count: number): Spread {
  return { median: count, low: count, high: count };
}

/** Hands the findings of one measurement, which has a process of its own, to the run. */
export function report(findings: readonly Finding[]): void {
  if (process.send) process.send(findings);
  else for (const finding of findings) console.log(lineOf(finding));
}

/** One line of the table: what, median, middle half, what it is held to. */
export function lineOf(finding: Finding): string {
  const { what, value, unit, threshold } = finding;
  const spread = value.low === value.high ? '' : `${short(value.low)} – ${short(value.high)}`;
  const held = threshold ? `${'atMost' in threshold ? `≤ ${threshold.atMost}` : `≥ ${threshold.atLeast}`} ${isMissed(finding) ? 'MISSED' : 'held'}` : '';
  return `  ${what.padEnd(76)} ${`${short(value.median)} ${unit}`.padStart(14)}  ${spread.padEnd(18)} ${held}`.trimEnd();
}

function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}
