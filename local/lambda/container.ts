import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { functionStreamName } from '../cloudwatchlogs/logGroups.ts';
import type { LambdaFunction, InvokeOutcome } from './lambdaFunction.ts';
import { lineSplitter } from './lineSplitter.ts';
import type { LineSplitter } from './lineSplitter.ts';
import type { ContainerData, ContainerMessage, FunctionError, InvokeMessage } from './messages.ts';

export interface ContainerOptions {
  readonly lambda: LambdaFunction;
  readonly clock: SharedArrayBuffer;
  readonly log: (line: string, logStream: string) => void;
}

/** Why a bundle could not be loaded, as Lambda reports it. */
export class FailedInit extends Error {
  readonly error: FunctionError;
  constructor(error: FunctionError) {
    super(error.errorMessage);
    this.error = error;
  }
}

// Lambda allows 10 s; a busy machine with two cores is not Lambda.
const initLimitMs = 30_000;
const stopped: FunctionError = { errorType: 'Runtime.ExitError', errorMessage: 'The local platform is stopping.' };

/** A worker thread with one function's bundle; takes one invocation at a time. */
export class Container {
  /** Resolves once the bundle is loaded; rejects with a FailedInit when it cannot be. */
  readonly ready: Promise<void>;
  readonly #lambda: LambdaFunction;
  readonly #log: (line: string) => void;
  readonly #lines: LineSplitter;
  readonly #worker: Worker;
  readonly #loaded = Promise.withResolvers<void>();
  readonly #initTimer: NodeJS.Timeout;
  #settle: ((outcome: InvokeOutcome) => void) | undefined;
  #isAlive = true;

  constructor({ lambda, clock, log }: ContainerOptions) {
    this.#lambda = lambda;
    const logStream = functionStreamName(Date.now());
    this.#log = (line) => log(line, logStream);
    this.#lines = lineSplitter(this.#log);
    this.ready = this.#loaded.promise;
    // Whoever waits for it handles it; when nobody does, a failed start is not a failed platform.
    this.ready.catch(() => undefined);
    this.#initTimer = setTimeout(() => this.#end(timedOut(`Init timed out after ${initLimitMs / 1000} seconds`)), initLimitMs);
    this.#worker = spawn(lambda, clock, logStream);
    this.#worker.on('message', (message: ContainerMessage) => this.#receive(message));
    this.#worker.on('error', (error) => this.#end(exited(error instanceof Error ? error.message : String(error))));
    this.#worker.on('exit', (code) => this.#end(exited(`exit status ${code}`)));
  }

  /** False once it has crashed, timed out or been stopped: never use it again. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  invoke(payload: string): Promise<InvokeOutcome> {
    if (!this.#isAlive) return Promise.resolve({ ok: false, error: stopped });
    const { promise, resolve } = Promise.withResolvers<InvokeOutcome>();
    const { timeoutMs, arn } = this.#lambda;
    const requestId = randomUUID();
    const timer = setTimeout(() => {
      const text = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      this.#log(`${new Date().toISOString()} ${requestId} ${text}`);
      this.#end(timedOut(`RequestId: ${requestId} Error: ${text}`));
    }, timeoutMs);
    this.#settle = (outcome) => {
      this.#settle = undefined;
      clearTimeout(timer);
      resolve(outcome);
    };
    const message: InvokeMessage = { requestId, payload, timeoutMs, invokedFunctionArn: arn };
    this.#worker.postMessage(message, []);
    return promise;
  }

  async stop(): Promise<void> {
    this.#end(stopped);
    await this.#worker.terminate();
  }

  #receive(message: ContainerMessage): void {
    if (message.type === 'log') this.#lines.write(message.text);
    else if (message.type === 'ready') {
      clearTimeout(this.#initTimer);
      this.#loaded.resolve();
    } else if (message.type === 'result') this.#settle?.({ ok: true, payload: message.payload });
    else if (message.type === 'error') this.#settle?.({ ok: false, error: message.error });
    else this.#end(message.error);
  }

  #end(error: FunctionError): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    clearTimeout(this.#initTimer);
    this.#lines.flush();
    this.#loaded.reject(new FailedInit(error));
    this.#settle?.({ ok: false, error });
    void this.#worker.terminate();
  }
}

function timedOut(errorMessage: string): FunctionError {
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

function exited(reason: string): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${reason}` };
}

function spawn(lambda: LambdaFunction, clock: SharedArrayBuffer, logStream: string): Worker {
  const workerData: ContainerData = {
    clock,
    taskRoot: lambda.codeDir,
    handler: lambda.handler,
    logFormat: lambda.logFormat,
    logLevel: lambda.logLevel,
  };
  return new Worker(new URL('./containerWorker.ts', import.meta.url), {
    workerData,
    name: lambda.name,
    env: { ...lambda.environment, AWS_LAMBDA_LOG_STREAM_NAME: logStream },
    // Nothing of the platform's own flags (a test runner's loaders, an inspector) may reach a function.
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: lambda.memoryMb },
  });
}
