import { Container, FailedInit } from './container.ts';
import type { ContainerOptions } from './container.ts';
import type { InvokeOutcome } from './lambdaFunction.ts';

/** The containers of one function. Calls beyond what they can take wait in line. */
export interface Pool {
  invoke(payload: string): Promise<InvokeOutcome>;
  stop(): Promise<void>;
}

interface Call {
  readonly payload: string;
  readonly resolve: (outcome: InvokeOutcome) => void;
}

const stopping: InvokeOutcome = {
  ok: false,
  error: { errorType: 'Runtime.ExitError', errorMessage: 'The local platform is stopping.' },
};
const throttled: InvokeOutcome = { ok: false, error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' } };

export function createPool(options: ContainerOptions): Pool {
  return new ContainerPool(options);
}

class ContainerPool implements Pool {
  readonly #options: ContainerOptions;
  readonly #all = new Set<Container>();
  readonly #idle: Container[] = [];
  readonly #queue: Call[] = [];
  readonly #starting = new Set<Container>();
  #isStopped = false;

  constructor(options: ContainerOptions) {
    this.#options = options;
  }

  invoke(payload: string): Promise<InvokeOutcome> {
    if (this.#isStopped) return Promise.resolve(stopping);
    if (this.#options.lambda.maxContainers === 0) return Promise.resolve(throttled);
    const { promise, resolve } = Promise.withResolvers<InvokeOutcome>();
    const free = takeAlive(this.#idle, this.#all);
    if (free) void this.#serve(free, { payload, resolve });
    else {
      this.#queue.push({ payload, resolve });
      this.#startWhereNeeded();
    }
    return promise;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const call of this.#queue.splice(0)) call.resolve(stopping);
    await Promise.all([...this.#all].map((container) => container.stop()));
  }

  async #serve(container: Container, call: Call): Promise<void> {
    call.resolve(await container.invoke(call.payload));
    this.#release(container);
  }

  #release(container: Container): void {
    if (!container.isAlive) {
      this.#all.delete(container);
      return this.#startWhereNeeded();
    }
    const next = this.#queue.shift();
    if (next) void this.#serve(container, next);
    else this.#idle.push(container);
  }

  /** One new container for each waiting call that no container is being started for yet, up to the limit. */
  #startWhereNeeded(): void {
    const { maxContainers } = this.#options.lambda;
    while (!this.#isStopped && this.#queue.length > this.#starting.size && this.#all.size < maxContainers) this.#start();
  }

  #start(): void {
    const container = new Container(this.#options);
    this.#all.add(container);
    this.#starting.add(container);
    void this.#admit(container);
  }

  async #admit(container: Container): Promise<void> {
    const [outcome] = await Promise.allSettled([container.ready]);
    this.#starting.delete(container);
    if (outcome.status === 'fulfilled') this.#release(container);
    else this.#abandon(container, outcome.reason);
  }

  /** A bundle that does not load fails the call that asked for it, as on Lambda; the others get another container. */
  #abandon(container: Container, reason: unknown): void {
    this.#all.delete(container);
    const error = reason instanceof FailedInit ? reason.error : { errorType: 'Runtime.Unknown', errorMessage: String(reason) };
    this.#queue.shift()?.resolve({ ok: false, error });
    this.#startWhereNeeded();
  }
}

/** The most recently used idle container: it is the warmest. One that has died while idle is dropped. */
function takeAlive(idle: Container[], all: Set<Container>): Container | undefined {
  for (let container = idle.pop(); container; container = idle.pop()) {
    if (container.isAlive) return container;
    all.delete(container);
  }
  return undefined;
}
