import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../../../local/clock.ts';
import type { PlatformClock } from '../../../../local/clock.ts';
import type { InvokeOutcome, LambdaFunction } from '../../../../local/lambda/lambdaFunction.ts';
import { createLambdaService } from '../../../../local/lambda/service.ts';
import type { LambdaService } from '../../../../local/lambda/service.ts';
import { createLogStore } from '../../../../local/logs.ts';
import type { LogStore } from '../../../../local/logs.ts';

const sources = {
  tasks: `
    let calls = 0;
    const id = Math.random();
    const tasks = {
      count: () => ++calls,
      where: async () => { await new Promise((done) => setTimeout(done, 300)); return id; },
      time: () => [Date.now(), new Date().getTime(), Date.parse(Date()), new Date(0).toISOString(), new Date() instanceof Date, Date.name, new Date('2026-01-01').constructor === Date],
      env: () => ({ ...process.env }),
      log: () => { console.log({ a: 1 }); console.debug('hidden'); process.stdout.write('raw line\\n'); },
      unauthorized: () => { throw new Error('Unauthorized'); },
      text: () => { throw 'just text'; },
      hang: () => { for (;;); },
      wait: () => new Promise(() => {}),
      exit: () => process.exit(3),
      later: () => { setTimeout(() => { throw new TypeError('late'); }, 1); return new Promise(() => {}); },
      rejection: () => { Promise.reject(new Error('lost')); return new Promise(() => {}); },
      memory: () => { const all = []; for (;;) all.push(new Array(100000).fill({})); },
      nothing: () => undefined,
      big: () => 'x'.repeat(7 * 1024 * 1024),
      remaining: (context) => context.getRemainingTimeInMillis(),
      context: ({ functionName, invokedFunctionArn, memoryLimitInMB, awsRequestId }) => ({ functionName, invokedFunctionArn, memoryLimitInMB, hasId: /^[0-9a-f-]{36}$/.test(awsRequestId) }),
    };
    export const handler = async (event, context) => tasks[event.task](context);`,
  broken: `throw new Error('cannot start');`,
  callback: `export const handler = (event, context, callback) => callback(null, 1);`,
  imports: `import 'left-out-of-the-bundle'; export const handler = async () => 1;`,
} as const;

let root: string;
let service: LambdaService;
let clock: PlatformClock;
let logs: LogStore;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'containers-'));
  for (const [name, code] of Object.entries(sources)) {
    mkdirSync(path.join(root, name));
    writeFileSync(path.join(root, name, 'index.mjs'), code);
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => service.stop());

function start(name: keyof typeof sources, options: Partial<LambdaFunction> = {}): (task?: string) => Promise<InvokeOutcome> {
  clock = createClock();
  logs = createLogStore();
  service = createLambdaService({ clock, logs });
  service.register({
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    cdkPath: `Stack/${name}`,
    codeDir: path.join(root, name),
    handler: 'index.handler',
    timeoutMs: 10_000,
    memoryMb: 128,
    logFormat: 'JSON',
    logLevel: 'INFO',
    logGroup: '/aws/lambda/x',
    environment: { AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128', OWN: 'value' },
    maxContainers: 4,
    ...options,
  });
  return (task = 'count') => service.invoke(name, JSON.stringify({ task }));
}

const value = (outcome: InvokeOutcome): unknown => (outcome.ok ? JSON.parse(outcome.payload) : outcome.error);

describe('a container of a function', () => {
  it('keeps its state between calls', async () => {
    const call = start('tasks');
    expect([value(await call()), value(await call())]).toEqual([1, 2]);
  });

  it('takes one invocation at a time; others get containers of their own up to the limit, then wait', async () => {
    const call = start('tasks', { maxContainers: 3 });
    const ids = await Promise.all(Array.from({ length: 9 }, () => call('where')));
    expect(ids.every(({ ok }) => ok)).toBe(true);
    expect(new Set(ids.map(value)).size).toBe(3);
  });

  it('sees its own environment and nothing of the machine', async () => {
    const call = start('tasks');
    expect(value(await call('env'))).toEqual({ AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String), AWS_LAMBDA_FUNCTION_NAME: 'tasks', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128', OWN: 'value' });
  });

  it("sees the platform's time in every form of Date, also when the clock moves while it is warm", async () => {
    const call = start('tasks');
    await call('time');
    clock.advance(30 * 86_400_000);
    const [now, date, text, epoch, isDate, name, isConstructor] = value(await call('time')) as unknown[];
    const real = Date.now() + 30 * 86_400_000;
    for (const seen of [now, date, text]) expect(Math.abs(Number(seen) - real)).toBeLessThan(60_000);
    expect([epoch, isDate, name, isConstructor]).toEqual(['1970-01-01T00:00:00.000Z', true, 'Date', true]);
  });

  it('gets the context that Lambda gives', async () => {
    const call = start('tasks');
    expect(value(await call('context'))).toEqual({ functionName: 'tasks', invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tasks', memoryLimitInMB: '128', hasId: true });
    const remaining = Number(value(await call('remaining')));
    expect(remaining).toBeGreaterThan(9_000);
    expect(remaining).toBeLessThanOrEqual(10_000);
  });

  it('answers null where the handler returned nothing', async () => {
    expect(await start('tasks')('nothing')).toEqual({ ok: true, payload: 'null' });
  });

  it('has its log lines on record when the call answers, wrapped only where the console wrote them', async () => {
    const call = start('tasks');
    await call('log');
    const lines = logs.read('Stack/tasks').map(({ line }) => line);
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'INFO', message: { a: 1 } });
    expect(lines[1]).toBe('raw line');
  });
});

describe('an invocation that fails', () => {
  it.each([
    ['an error', 'unauthorized', 'Error', 'Unauthorized'],
    ['a thrown text', 'text', 'string', 'just text'],
    ['an exit', 'exit', 'Runtime.ExitError', 'Runtime exited with error: exit status 3'],
    ['an error outside of the handler', 'later', 'TypeError', 'late'],
    ['a rejection that nobody handles', 'rejection', 'Runtime.UnhandledPromiseRejection', 'lost'],
    ['an answer over 6 MB', 'big', 'Function.ResponseSizeTooLarge', 'Response payload size exceeded maximum allowed payload size (6291456 bytes).'],
  ])('%s is reported as Lambda reports it, and the next call is served', async (_name, task, errorType, errorMessage) => {
    const call = start('tasks');
    expect(value(await call(task))).toMatchObject({ errorType, errorMessage });
    expect(typeof value(await call())).toBe('number');
  });

  it('memory beyond the limit ends the container, not the platform', async () => {
    const call = start('tasks', { memoryMb: 64 });
    expect(value(await call('memory'))).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(value(await call())).toBe(1);
  });

  it.each(['hang', 'wait'])('a time-out ends the container even in a busy loop (%s), and its state is gone', async (task) => {
    const call = start('tasks', { timeoutMs: 300 });
    await call();
    const outcome = value(await call(task));
    expect(outcome).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect((outcome as { errorMessage: string }).errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 0.30 seconds$/u);
    expect(value(await call())).toBe(1);
  });

  it.each([
    ['broken', 'Error', 'cannot start'],
    ['callback', 'Runtime.CallbackHandlerDeprecated', 'callback-based'],
    ['imports', 'Error', 'left-out-of-the-bundle'],
  ] as const)('a bundle that cannot be loaded (%s) fails every call, each with the reason', async (name, errorType, message) => {
    const call = start(name);
    const outcomes = (await Promise.all([call(), call(), call(), call(), call(), call()])).map(value) as { errorType: string; errorMessage: string }[];
    for (const outcome of outcomes) {
      expect(outcome.errorType).toBe(errorType);
      expect(outcome.errorMessage).toContain(message);
    }
  });

  it('a crash among waiting calls loses only its own', async () => {
    const call = start('tasks', { maxContainers: 1 });
    const outcomes = await Promise.all([call(), call('exit'), call(), call('exit'), call()]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true, false, true]);
  });
});

describe('stopping', () => {
  it('ends running and waiting calls at once, also busy ones, and takes no more', async () => {
    const call = start('tasks', { maxContainers: 1 });
    await call();
    const calls = [call('hang'), call(), call()];
    await service.stop();
    const outcomes = await Promise.all([...calls, call()]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, false, false]);
  });

  it('during a cold start does not leave a container behind', async () => {
    const call = start('tasks');
    const calls = [call(), call()];
    await service.stop();
    expect((await Promise.all(calls)).map(({ ok }) => ok)).toEqual([false, false]);
  });

  it('a function with no concurrency is throttled', async () => {
    expect(value(await start('tasks', { maxContainers: 0 })())).toMatchObject({ errorType: 'TooManyRequestsException' });
  });
});
