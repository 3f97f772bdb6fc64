import type { Admission } from '../../../shared/limits/admission.ts';
import { newLimiter } from '../../../shared/limits/limiter.ts';
import type { Limiter } from '../../../shared/limits/limiter.ts';
import type { LimitPolicy } from '../../../shared/limits/policy.ts';
import { limitStore } from '../../../shared/limits/store.ts';
import { MemoryTable } from './memoryStore.ts';

/** Numbers in [0, 1) from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface ContainerClock {
  /** How far its wall clock is off at a true time, milliseconds. */
  readonly skewMs: (trueMs: number) => number;
  /** How fast its monotonic clock runs. */
  readonly pace: number;
}

export interface FleetOptions {
  readonly startMs: number;
  readonly clocks: readonly ContainerClock[];
  readonly policies: readonly LimitPolicy[];
  readonly onStoreFailure: 'allow' | 'refuse';
  /** One way, milliseconds. */
  readonly latencyMs: () => number;
  /** Lost before it was applied, after it was applied, or not at all. */
  readonly fault?: () => 'before' | 'after' | null;
}

export interface Passed {
  /** The true time of the decision. */
  readonly atMs: number;
  readonly container: number;
  readonly admission: Admission;
}

/** Containers with clocks of their own about one table, in simulated time. */
export class Fleet {
  readonly table = new MemoryTable();
  readonly answers: Passed[] = [];
  incarnations = 0;
  #nowMs: number;
  #events = new Map<number, (() => void)[]>();
  #times: number[] = [];
  #limiters: Limiter[];
  readonly #options: FleetOptions;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#nowMs = options.startMs;
    this.#limiters = options.clocks.map((clock) => this.#boot(clock));
  }

  get allowed(): Passed[] {
    return this.answers.filter(({ admission }) => admission.allowed);
  }

  /** What has been let through in the true windows, by the window's start. */
  perWindow(windowSec: number, among: readonly Passed[] = this.allowed): Map<number, number> {
    const counts = new Map<number, number>();
    for (const { atMs } of among) {
      const start = Math.floor(atMs / (windowSec * 1000)) * windowSec;
      counts.set(start, (counts.get(start) ?? 0) + 1);
    }
    return counts;
  }

  /** By default under the fleet's policies. */
  requestAt(ms: number, container: number, policies = this.#options.policies): void {
    this.at(ms, () => void this.#take(container, policies));
  }

  /** The container and its leases are gone; another takes its place. */
  crashAt(ms: number, container: number): void {
    this.at(ms, () => {
      const clock = this.#options.clocks[container];
      if (clock) this.#limiters[container] = this.#boot(clock);
    });
  }

  at(ms: number, run: () => void): void {
    const runs = this.#events.get(ms);
    if (runs) runs.push(run);
    else {
      this.#events.set(ms, [run]);
      push(this.#times, ms);
    }
  }

  /** Until nothing is under way. */
  async run(): Promise<void> {
    for (let ms = pop(this.#times); ms !== undefined; ms = pop(this.#times)) {
      this.#nowMs = ms;
      const runs = this.#events.get(ms) ?? [];
      this.#events.delete(ms);
      for (const run of runs) run();
      // All that follows at this very time: promises first, then what they planned for later.
      await new Promise(setImmediate);
    }
  }

  async #take(container: number, policies: readonly LimitPolicy[]): Promise<void> {
    const admission = await this.#limiters[container]?.take(policies);
    if (admission) this.answers.push({ atMs: this.#nowMs, container, admission });
  }

  #boot({ skewMs, pace }: ContainerClock): Limiter {
    const { startMs, onStoreFailure } = this.#options;
    this.incarnations += 1;
    return newLimiter({
      store: limitStore({ updateItem: async (input) => this.#call(() => this.table.updateItem(input)) }, 'usage'),
      onStoreFailure,
      nowMs: () => Math.floor(this.#nowMs + skewMs(this.#nowMs)),
      monotonicMs: () => (this.#nowMs - startMs) * pace,
    });
  }

  async #call<T>(write: () => Promise<T>): Promise<T> {
    const fault = this.#options.fault?.() ?? null;
    await this.#sleep(this.#options.latencyMs());
    if (fault === 'before') throw new Error('The store is down.');
    const answer = await write().then((value) => () => value, (error: unknown) => () => { throw error; });
    await this.#sleep(this.#options.latencyMs());
    if (fault === 'after') throw new Error('The answer was lost.');
    return answer();
  }

  async #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => { this.at(this.#nowMs + ms, resolve); });
  }
}

function push(heap: number[], value: number): void {
  let i = heap.push(value) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if ((heap[parent] ?? 0) <= value) break;
    heap[i] = heap[parent] ?? 0;
    i = parent;
  }
  heap[i] = value;
}

function pop(heap: number[]): number | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1;
    if ((heap[child] ?? 0) >= last) break;
    heap[i] = heap[child] ?? 0;
    i = child;
  }
  heap[i] = last;
  return top;
}
