import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { PlatformClock } from '../clock.ts';
import type { AsyncInvocations } from '../lambda/asyncInvocations.ts';
import type { InvokeOutcome } from '../lambda/lambdaFunction.ts';
import type { LambdaService } from '../lambda/service.ts';
import { persisted } from '../persisted.ts';
import type { Persisted } from '../persisted.ts';
import type { QueueStore } from '../sqs/queueStore.ts';
import { targetInput } from './input.ts';
import type { Recurrence } from './expression.ts';

/** One schedule of the templates. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly recurrence: Recurrence;
  readonly isEnabled: boolean;
  readonly functionArn: string;
  /** Text that the target gets; the scheduler's own event where it is left out. */
  readonly input: string | undefined;
  /** Where a run rests that could not be handed to the function. */
  readonly deadLetterArn: string | undefined;
}

/** What the control server shows of a schedule. */
export interface ScheduleState {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly isEnabled: boolean;
  readonly function: string;
  /** Null while it is disabled, or where no run is left. */
  readonly nextRunAt: string | null;
  readonly lastRun: ScheduleRun | null;
}

/** How a run ended. */
export interface ScheduleRun {
  readonly name: string;
  /** When it was due; for a run by hand, when it was asked for. */
  readonly scheduledAt: string;
  readonly endedAt: string;
  readonly ok: boolean;
  /** What the function answered; null when it failed. */
  readonly result: unknown;
  readonly error: { readonly errorType: string; readonly errorMessage: string } | null;
}

/** There is no schedule of this name. */
export class UnknownSchedule extends Error {}

/** EventBridge Scheduler, by the platform's clock. */
export interface Scheduler {
  add(schedule: Schedule): void;
  list(): ScheduleState[];
  /** Runs a schedule now, by its name or the only one that holds it; answers when the run has ended, for a failed one before it is tried again. */
  run(name: string): Promise<ScheduleRun>;
  /** From now on what is due runs. A run that was missed, however many, is caught up once. */
  start(): void;
  /** Starts nothing more. What runs ends with the functions. */
  stop(): void;
}

export interface SchedulerOptions {
  readonly dataDir: string | undefined;
  readonly clock: PlatformClock;
  readonly lambda: Pick<LambdaService, 'find'>;
  /** The scheduler hands a run over and does not wait: what fails after that is a matter of Lambda's own retries. */
  readonly invocations: Pick<AsyncInvocations, 'start'>;
  readonly queues: Pick<QueueStore, 'send'>;
  readonly identity: { readonly region: string; readonly accountId: string };
  readonly log: (line: string) => void;
}

const memorySchema = z.record(z.string(), z.object({ startedMs: z.number(), doneMs: z.number() }));
// A timer must not be longer than 2^31 ms, and the machine may have slept.
const longestWaitMs = 60_000;

export function createScheduler(options: SchedulerOptions): Scheduler {
  return new ClockScheduler(options);
}

class ClockScheduler implements Scheduler {
  readonly #options: SchedulerOptions;
  readonly #schedules = new Map<string, Schedule>();
  readonly #lastRuns = new Map<string, ScheduleRun>();
  /** Since when each schedule exists, and up to when its runs are done: both survive a restart. */
  readonly #memory: Persisted<z.infer<typeof memorySchema>>;
  #timer: NodeJS.Timeout | undefined;
  #isStarted = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#memory = persisted({ dataDir: options.dataDir, name: 'schedules', schema: memorySchema, initial: {} });
    options.clock.onMove(() => this.#runWhatIsDue());
  }

  add(schedule: Schedule): void {
    this.#schedules.set(schedule.name, schedule);
    const nowMs = this.#options.clock.nowMs();
    this.#memory.value[schedule.name] ??= { startedMs: nowMs, doneMs: nowMs };
    this.#memory.save();
  }

  list(): ScheduleState[] {
    return [...this.#schedules.values()].map((schedule) => {
      const { name, expression, timeZone, isEnabled, functionArn } = schedule;
      const nextMs = this.#nextMs(schedule);
      const nextRunAt = nextMs === undefined ? null : iso(nextMs);
      return { name, expression, timeZone, isEnabled, function: functionArn, nextRunAt, lastRun: this.#lastRuns.get(name) ?? null };
    });
  }

  run(name: string): Promise<ScheduleRun> {
    const partly = [...this.#schedules.values()].filter((candidate) => candidate.name.includes(name));
    const schedule = this.#schedules.get(name) ?? (partly.length === 1 ? partly[0] : undefined);
    if (!schedule) throw new UnknownSchedule(`There is no schedule "${name}". Schedules: ${[...this.#schedules.keys()].join(', ') || 'none'}.`);
    return this.#invoke(schedule, this.#options.clock.nowMs());
  }

  start(): void {
    this.#isStarted = true;
    this.#runWhatIsDue();
  }

  stop(): void {
    this.#isStarted = false;
    clearTimeout(this.#timer);
  }

  #nextMs(schedule: Schedule): number | undefined {
    const { startedMs, doneMs } = this.#memory.value[schedule.name] ?? { startedMs: 0, doneMs: 0 };
    return schedule.isEnabled ? schedule.recurrence.next(doneMs, startedMs) : undefined;
  }

  #runWhatIsDue(): void {
    if (!this.#isStarted) return;
    clearTimeout(this.#timer);
    const nowMs = this.#options.clock.nowMs();
    for (const schedule of this.#schedules.values()) {
      const dueMs = this.#nextMs(schedule);
      if (dueMs === undefined || dueMs > nowMs) continue;
      const { startedMs } = this.#memory.value[schedule.name] ?? { startedMs: nowMs };
      this.#memory.value[schedule.name] = { startedMs, doneMs: nowMs };
      this.#memory.save();
      void this.#invoke(schedule, dueMs);
    }
    const waits = [...this.#schedules.values()].map((schedule) => (this.#nextMs(schedule) ?? Infinity) - nowMs);
    this.#timer = setTimeout(() => this.#runWhatIsDue(), Math.max(0, Math.min(longestWaitMs, ...waits)));
    this.#timer.unref();
  }

  async #invoke(schedule: Schedule, scheduledMs: number): Promise<ScheduleRun> {
    const { identity, clock, log } = this.#options;
    const { name, arn, input } = schedule;
    const payload = targetInput(input, { ...identity, arn, scheduledAt: iso(scheduledMs), executionId: randomUUID() });
    const outcome = await this.#handOver(schedule, payload);
    const run: ScheduleRun = {
      name,
      scheduledAt: iso(scheduledMs),
      endedAt: iso(clock.nowMs()),
      ok: outcome.ok,
      result: outcome.ok ? (JSON.parse(outcome.payload) as unknown) : null,
      error: outcome.ok ? null : { errorType: outcome.error.errorType, errorMessage: outcome.error.errorMessage },
    };
    this.#lastRuns.set(name, run);
    if (run.error) log(`The schedule ${name} failed: ${run.error.errorType}: ${run.error.errorMessage}`);
    return run;
  }

  #handOver({ arn, functionArn, deadLetterArn }: Schedule, payload: string): Promise<InvokeOutcome> {
    const { lambda, invocations, queues } = this.#options;
    if (lambda.find(functionArn)?.arn === functionArn) return invocations.start(functionArn, payload).first;
    const error = { errorType: 'ResourceNotFoundException', errorMessage: `Function not found: ${functionArn}` };
    const attributes = { SCHEDULE_ARN: arn, TARGET_ARN: functionArn, ERROR_CODE: error.errorType, ERROR_MESSAGE: error.errorMessage };
    if (deadLetterArn !== undefined) queues.send(deadLetterArn, { body: payload, attributes });
    return Promise.resolve({ ok: false, error });
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
