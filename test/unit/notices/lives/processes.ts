import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as tick } from 'node:timers/promises';

/** What a process does that others can see, or that can go wrong; `search` reads the indexes of dates. */
export type ActKind = 'search' | 'read' | 'write' | 'mail';

/** One act that fails, before it took effect or after. */
export interface Fault {
  readonly at: ActKind;
  /** Of the acts of this kind, from 0. */
  readonly nth: number;
  readonly when: 'before' | 'after';
  /** Whether it ends the process; else that act alone fails, and what called it is told. */
  readonly isDeadly: boolean;
}

/** One run of a function: it can be struck by a fault, and take turns with another. */
export class Process {
  /** Whether the fault has come to pass. */
  isStruck = false;
  isDead = false;
  isScheduled = false;
  onStruck: () => void = () => {};
  readonly #fault: Fault | null;
  readonly #acts = new Map<ActKind, number>();
  readonly #waiting: (() => void)[] = [];
  #ended: Promise<unknown> = Promise.resolve();

  constructor(fault: Fault | null = null) {
    this.#fault = fault;
  }

  /** Throws where the fault falls on it, and always once the process is dead. */
  async act<T>(kind: ActKind, does: () => Promise<T>): Promise<T> {
    if (this.isScheduled && kind !== 'search') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const acting = this.#actNow(kind, does);
    this.#ended = Promise.allSettled([acting]);
    return acting;
  }

  get waits(): boolean {
    return this.#waiting.length > 0;
  }

  /** Lets one act happen, and waits for its end. */
  async grant(): Promise<void> {
    this.#waiting.shift()?.();
    await tick();
    await this.#ended;
  }

  async #actNow<T>(kind: ActKind, does: () => Promise<T>): Promise<T> {
    if (this.isDead) throw new Error('This process has died.');
    const seen = this.#acts.get(kind) ?? 0;
    this.#acts.set(kind, seen + 1);
    const fault = this.#fault?.at === kind && this.#fault.nth === seen ? this.#fault : null;
    if (fault?.when === 'before') this.#strike(fault);
    const result = await does();
    if (fault) this.#strike(fault);
    return result;
  }

  #strike({ isDeadly }: Fault): never {
    this.isStruck = true;
    this.isDead = isDeadly;
    this.onStruck();
    throw new Error('The connection was lost.');
  }
}

const running = new AsyncLocalStorage<Process>();
const undisturbed = new Process();

/** The process that the code which asks runs in. */
export function currentProcess(): Process {
  return running.getStore() ?? undisturbed;
}

export function runIn<T>(process: Process, run: () => Promise<T>): Promise<T> {
  return running.run(process, run);
}

/** How two processes take turns: when the second begins, and how many acts each has in turn. */
export interface Turns {
  readonly headStart: number;
  readonly acts: readonly number[];
}

/** Runs two processes beside each other, act by act; `onSecond` is called before the second begins. */
export async function interleave([run, runSecond]: readonly [() => Promise<void>, () => Promise<void>], { headStart, acts }: Turns, onSecond: () => void): Promise<void> {
  const first = begin(run);
  await grant(headStart, first);
  onSecond();
  const second = begin(runSecond);
  for (let turn = 0; !(first.isOver && second.isOver); turn += 1) {
    const inTurn = turn % 2 === 0 ? [second, first] as const : [first, second] as const;
    await grant(acts[turn % acts.length] ?? 1, ...inTurn);
  }
  await Promise.all([first.end, second.end]);
}

interface Running {
  readonly process: Process;
  readonly end: Promise<void>;
  isOver: boolean;
}

function begin(run: () => Promise<void>): Running {
  const process = new Process();
  process.isScheduled = true;
  const begun: Running = { process, isOver: false, end: runIn(process, run).finally(() => (begun.isOver = true)) };
  begun.end.catch(() => {});
  return begun;
}

/** Lets a process act so many times, unless only the other one has something to do. */
async function grant(count: number, { process }: Running, other?: Running): Promise<void> {
  for (let granted = 0; granted < count; granted += 1) {
    await tick();
    if (process.waits) await process.grant();
    else if (other?.process.waits) return;
  }
}
