import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimitPolicy } from '../../../shared/limits/policy.ts';
import { Fleet, seeded } from './fleet.ts';

const hour = Date.UTC(2026, 10, 22, 10);

interface Run {
  readonly limit: number;
  readonly windowSec: number;
  readonly containers: number;
  /** Requests of the whole run as a multiple of the limit. */
  readonly load: number;
  /** The part of them that comes within 300 ms of a boundary. */
  readonly nearBoundaries: number;
  /** Clocks stay where they are, wander, or are set every now and then. */
  readonly clocks: 'constant' | 'extreme' | 'wandering' | 'stepping';
  readonly crashes: number;
  readonly latencyMs: number;
  readonly faultRate: number;
  readonly onStoreFailure: 'allow' | 'refuse';
  readonly seed: number;
}

const run: fc.Arbitrary<Run> = fc.record({
  limit: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2000 })),
  windowSec: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 })),
  containers: fc.integer({ min: 1, max: 10 }),
  load: fc.double({ min: 0.5, max: 6, noNaN: true }),
  nearBoundaries: fc.constantFrom(0, 0.5, 0.9),
  clocks: fc.constantFrom('constant', 'extreme', 'wandering', 'stepping'),
  crashes: fc.integer({ min: 0, max: 4 }),
  latencyMs: fc.constantFrom(0, 3, 40, 700),
  faultRate: fc.constantFrom(0, 0, 0.1, 0.6),
  onStoreFailure: fc.constantFrom('allow', 'refuse'),
  seed: fc.integer(),
});

const windows = 3;

/** A fleet that has lived through the run, each request under one of the policies. */
async function lived(run: Run, ...policies: readonly LimitPolicy[]): Promise<Fleet> {
  const random = seeded(run.seed);
  const lengthMs = run.windowSec * 1000;
  const start = Math.floor(hour / lengthMs) * lengthMs;
  const skewOf = () => {
    const own = run.clocks === 'extreme' ? (random() < 0.5 ? -200 : 200) : random() * 400 - 200;
    const salt = random() * 1000;
    return (ms: number) => {
      if (run.clocks === 'wandering') return 200 * Math.sin(ms / (300 + salt) + salt);
      // Set to another time within ±200 ms every so often, both ways.
      if (run.clocks === 'stepping') return seeded(Math.floor(ms / (150 + salt)) + run.seed)() * 400 - 200;
      return own;
    };
  };
  const fleet = new Fleet({
    startMs: start,
    clocks: Array.from({ length: run.containers }, () => ({ skewMs: skewOf(), pace: 0.9995 + random() * 0.001 })),
    policies: [],
    onStoreFailure: run.onStoreFailure,
    latencyMs: () => Math.floor(random() * run.latencyMs * 4) / 4,
    fault: () => (random() < run.faultRate ? (random() < 0.5 ? 'before' : 'after') : null),
  });
  const count = Math.min(Math.ceil(run.limit * run.load * windows), 5000);
  for (let i = 0; i < count; i += 1) {
    const boundary = start + Math.floor(random() * (windows + 1)) * lengthMs;
    const anywhere = start + random() * windows * lengthMs;
    const at = random() < run.nearBoundaries ? boundary + (random() - 0.5) * 600 : anywhere;
    const policy = policies[Math.floor(random() * policies.length)];
    fleet.requestAt(Math.max(Math.floor(at * 4) / 4, start), Math.floor(random() * run.containers), policy ? [policy] : []);
  }
  for (let i = 0; i < run.crashes; i += 1) fleet.crashAt(start + Math.floor(random() * windows * lengthMs), Math.floor(random() * run.containers));
  await fleet.run();
  return fleet;
}

function policyOf(run: Run): LimitPolicy {
  return { name: 'default', code: 'rate_limited', subjectId: 'key_1', limit: run.limit, span: { windowSec: run.windowSec } };
}

function most(counts: Map<number, number>): number {
  return Math.max(0, ...counts.values());
}

describe('a limit', () => {
  it('is never passed in any true window, whatever clocks, crashes, latency and failures do', async () => {
    let full = 0;
    await fc.assert(
      fc.asyncProperty(run, async (run) => {
        const fleet = await lived(run, policyOf(run));
        const counted = fleet.allowed.filter(({ admission }) => !admission.degraded);
        const worst = most(fleet.perWindow(run.windowSec, counted));
        expect(worst).toBeLessThanOrEqual(run.limit);
        if (run.onStoreFailure === 'refuse') expect(counted).toHaveLength(fleet.allowed.length);
        if (run.faultRate === 0) expect(fleet.answers.filter(({ admission }) => admission.degraded && run.latencyMs < 700)).toEqual([]);
        if (worst >= run.limit * 0.95) full += 1;
      }),
      { numRuns: 150, seed: 20_261_122 },
    );
    // A limiter that lets nothing through keeps every limit: many of the runs reach theirs.
    expect(full).toBeGreaterThan(50);
  });

  it('is passed at most once over by each container while the store is down and the choice is to allow', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (chosen) => {
        const run = { ...chosen, onStoreFailure: 'allow', faultRate: 1, windowSec: Math.max(chosen.windowSec, 2) } as const;
        const fleet = await lived(run, policyOf(run));
        expect(most(fleet.perWindow(run.windowSec))).toBeLessThanOrEqual(run.limit * fleet.incarnations);
        expect(fleet.allowed.length).toBeGreaterThan(0);
      }),
      { numRuns: 30, seed: 20_261_122 },
    );
  });

  it('holds for the requests that pass under it, while containers disagree about it', async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.integer({ min: 1, max: 100 }), async (chosen, other) => {
        const run = { ...chosen, faultRate: 0, latencyMs: 3 };
        const fleet = await lived(run, policyOf(run), { ...policyOf(run), limit: other });
        for (const limit of [run.limit, other]) {
          const under = fleet.allowed.filter(({ admission }) => admission.limit <= limit);
          expect(most(fleet.perWindow(run.windowSec, under))).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
  });

  it('of a month and of an organization holds over the month’s end', async () => {
    const random = seeded(7);
    const boundary = Date.UTC(2026, 11, 1);
    const month = { code: 'quota_exceeded', span: 'month' } as const;
    const perKey = { ...month, name: 'key-month', subjectId: 'key_1', limit: 300 } as const;
    const perOrganization = { ...month, name: 'organization-month', subjectId: 'org_1', limit: 250 } as const;
    const fleet = new Fleet({
      startMs: boundary - 2000,
      clocks: [-200, -100, 0, 100, 200].map((skew) => ({ skewMs: () => skew, pace: 1 })),
      policies: [perKey, perOrganization],
      onStoreFailure: 'refuse',
      latencyMs: () => 2,
    });
    for (let i = 0; i < 2000; i += 1) fleet.requestAt(boundary - 1000 + i, Math.floor(random() * 5));
    await fleet.run();
    const before = fleet.allowed.filter(({ atMs }) => atMs < boundary).length;
    const after = fleet.allowed.length - before;
    expect([before, after]).toEqual([250, 250]);
    expect(fleet.table.used('QUOTA#org_1 2026-11')).toBe(250);
    expect(fleet.table.used('QUOTA#org_1 2026-12')).toBe(250);
    expect(new Set(fleet.answers.map(({ admission }) => admission.code))).toEqual(new Set([null, 'quota_exceeded']));
  });
});
