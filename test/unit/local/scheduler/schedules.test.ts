import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../../local/clock.ts';
import type { PlatformClock } from '../../../../local/clock.ts';
import type { AsyncInvocation } from '../../../../local/lambda/asyncInvocations.ts';
import type { InvokeOutcome, LambdaFunction } from '../../../../local/lambda/lambdaFunction.ts';
import { parseExpression } from '../../../../local/scheduler/expression.ts';
import { createScheduler } from '../../../../local/scheduler/schedules.ts';
import type { Schedule, Scheduler } from '../../../../local/scheduler/schedules.ts';
import type { NewMessage } from '../../../../local/sqs/queueStore.ts';

const hourMs = 3_600_000;
const schedule: Schedule = {
  name: 'app-sweep',
  arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/app-sweep',
  expression: 'rate(1 hour)',
  timeZone: 'UTC',
  recurrence: parseExpression('rate(1 hour)'),
  isEnabled: true,
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:sweep',
  input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}',
  deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:failures',
};

let dataDir: string;
let clock: PlatformClock;
let scheduler: Scheduler;
let payloads: string[];
let outcome: InvokeOutcome;
let logged: string[];
let deadLetters: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T08:00:00.000Z') });
  dataDir = mkdtempSync(path.join(tmpdir(), 'schedules-'));
  payloads = [];
  outcome = { ok: true, payload: '{"due":2}' };
  open();
});
afterEach(() => {
  scheduler.stop();
  vi.useRealTimers();
  rmSync(dataDir, { recursive: true, force: true });
});

function open(changes: Partial<Schedule> = {}, offsetMs = 0): void {
  clock = createClock(offsetMs);
  [logged, deadLetters] = [[], []];
  const start = (name: string, payload: string): AsyncInvocation => {
    payloads.push(`${name.split(':').at(-1)} ${payload}`);
    return { first: Promise.resolve(outcome), ended: Promise.resolve() };
  };
  const find = (arn: string): LambdaFunction | undefined => (arn === schedule.functionArn ? ({ arn } as LambdaFunction) : undefined);
  const send = (arn: string, { body, attributes }: NewMessage): string => String(deadLetters.push(`${arn} ${body} ${JSON.stringify(attributes)}`));
  const identity = { region: 'us-east-1', accountId: '000000000000' };
  scheduler = createScheduler({ dataDir, clock, lambda: { find }, invocations: { start }, queues: { send }, identity, log: (line) => void logged.push(line) });
  scheduler.add({ ...schedule, ...changes });
}

describe('by the clock', () => {
  it('a schedule runs when it is due, and not before', async () => {
    scheduler.start();
    await vi.advanceTimersByTimeAsync(hourMs - 1);
    expect(payloads).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(payloads).toEqual(['sweep {"scheduledAt":"2026-11-22T09:00:00Z"}']);
    await vi.advanceTimersByTimeAsync(hourMs);
    expect(payloads).toEqual(['sweep {"scheduledAt":"2026-11-22T09:00:00Z"}', 'sweep {"scheduledAt":"2026-11-22T10:00:00Z"}']);
  });

  it('a move of the clock over several runs makes up for them once', async () => {
    scheduler.start();
    clock.advance(48 * hourMs);
    await vi.advanceTimersByTimeAsync(0);
    expect(payloads).toEqual(['sweep {"scheduledAt":"2026-11-22T09:00:00Z"}']);
    expect(scheduler.list()[0]?.nextRunAt).toBe('2026-11-24T09:00:00.000Z');
  });

  it('so does a start after a pause, and a restart in between does not run it again', async () => {
    scheduler.stop();
    open({}, 30 * hourMs);
    scheduler.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(payloads).toHaveLength(1);
    scheduler.stop();
    open({}, 30 * hourMs);
    scheduler.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(payloads).toHaveLength(1);
  });

  it('nothing runs before the start, after the end, or while it is disabled', async () => {
    clock.advance(2 * hourMs);
    scheduler.stop();
    open({ isEnabled: false }, 2 * hourMs);
    scheduler.start();
    clock.advance(2 * hourMs);
    await vi.advanceTimersByTimeAsync(2 * hourMs);
    expect(payloads).toEqual([]);
    expect(scheduler.list()).toMatchObject([{ isEnabled: false, nextRunAt: null }]);
  });
});

describe('by hand', () => {
  it('a run answers with its result when it has ended', async () => {
    const run = await scheduler.run('app-sweep');
    expect(run).toEqual({ name: 'app-sweep', scheduledAt: '2026-11-22T08:00:00.000Z', endedAt: '2026-11-22T08:00:00.000Z', ok: true, result: { due: 2 }, error: null });
    expect(scheduler.list()).toMatchObject([{ name: 'app-sweep', expression: 'rate(1 hour)', nextRunAt: '2026-11-22T09:00:00.000Z', lastRun: run }]);
  });

  it('a part of the name will do where it is the only one', async () => {
    expect((await scheduler.run('sweep')).name).toBe('app-sweep');
    scheduler.add({ ...schedule, name: 'app-sweep-again' });
    expect((await scheduler.run('app-sweep')).name).toBe('app-sweep');
    expect(() => scheduler.run('sweep')).toThrow('There is no schedule "sweep". Schedules: app-sweep, app-sweep-again.');
  });

  it('a failure is the answer, and stands in the log', async () => {
    outcome = { ok: false, error: { errorType: 'TypeError', errorMessage: 'late' } };
    expect(await scheduler.run('app-sweep')).toMatchObject({ ok: false, result: null, error: { errorType: 'TypeError', errorMessage: 'late' } });
    expect(logged).toEqual(['The schedule app-sweep failed: TypeError: late']);
  });

  it('a run that cannot be handed to its function rests in the queue of the schedule', async () => {
    scheduler.stop();
    open({ functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:gone' });
    expect(await scheduler.run('app-sweep')).toMatchObject({ ok: false, error: { errorType: 'ResourceNotFoundException' } });
    expect(deadLetters).toEqual([
      'arn:aws:sqs:us-east-1:000000000000:failures {"scheduledAt":"2026-11-22T08:00:00Z"} ' +
        '{"SCHEDULE_ARN":"arn:aws:scheduler:us-east-1:000000000000:schedule/default/app-sweep","TARGET_ARN":"arn:aws:lambda:us-east-1:000000000000:function:gone",' +
        '"ERROR_CODE":"ResourceNotFoundException","ERROR_MESSAGE":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:gone"}',
    ]);
    expect(payloads).toEqual([]);
  });

  it('without an input of its own the target gets the event of the scheduler', async () => {
    scheduler.stop();
    const { input: _, ...withoutInput } = schedule;
    open({ ...withoutInput, input: undefined });
    await scheduler.run('app-sweep');
    expect(JSON.parse(payloads[0]?.slice(6) ?? '')).toMatchObject({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event', time: '2026-11-22T08:00:00Z', resources: [schedule.arn] });
  });
});
