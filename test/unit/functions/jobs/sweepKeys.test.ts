import { beforeEach, expect, it, vi } from 'vitest';
import type { Delivered, Delivery } from '../../../../functions/jobs/mails/deliver.ts';
import type { Sweep, Swept } from '../../../../functions/jobs/sweep/sweep.ts';
import { sampleConfig } from '../../samples.ts';
import { linesOf } from '../stdout.ts';

const minuteMs = 60_000;
const beganMs = Date.parse('2026-11-22T08:23:00.000Z');
const run = vi.hoisted(() => ({ nowMs: 0, recordForMs: 0, leftForMailsMs: 0 }));

vi.mock('../../../../functions/config.ts', () => ({ config: sampleConfig }));
vi.mock('../../../../functions/dependencies.ts', () => ({ keysTableStores: () => ({}), sweepState: () => ({}), nowMs: () => run.nowMs }));
vi.mock('../../../../functions/usageDependencies.ts', () => ({ usageStores: () => ({}) }));
vi.mock('../../../../functions/jobs/mails/mailTools.ts', () => ({ mailTools: () => ({}), recipients: () => Promise.resolve([]) }));
// Recording takes the time that there is to record, at most, and stops by itself.
vi.mock('../../../../functions/jobs/sweep/sweep.ts', () => ({
  sweep: ({ untilMs }: Sweep): Promise<Swept> => {
    run.nowMs = Math.min(untilMs, run.nowMs + run.recordForMs);
    return Promise.resolve({ found: 50_000, recorded: { expiring: 12_000 }, failed: 38_000 });
  },
}));
vi.mock('../../../../functions/jobs/mails/deliver.ts', () => ({
  deliverMails: ({ untilMs }: Delivery): Promise<Delivered> => {
    run.leftForMailsMs = untilMs - run.nowMs;
    return Promise.resolve({ sent: 2, kept: 0, suppressed: 0 });
  },
}));

beforeEach(() => {
  run.nowMs = beganMs;
});

async function sweepKeys(): Promise<unknown> {
  const { handler } = await import('../../../../functions/jobs/sweepKeys.ts');
  return handler();
}

// One organization may have more keys due than a run can record. The mails of all others must not wait for them.
it('a run that cannot record everything in its time has time left for mails, and is a failure all the same', async () => {
  run.recordForMs = 60 * minuteMs;
  const lines = await linesOf(() => expect(sweepKeys()).rejects.toThrow('38000 of 50000'));
  expect(run.leftForMailsMs).toBe(4 * minuteMs);
  expect(lines.at(-1)).toContain('"message":"keys swept","found":50000,"recorded":{"expiring":12000},"failed":38000,"mails":{"sent":2,');
});

it('what recording leaves of the time is for mails', async () => {
  run.recordForMs = minuteMs;
  await linesOf(() => expect(sweepKeys()).rejects.toThrow('38000 of 50000'));
  expect(run.leftForMailsMs).toBe(12 * minuteMs);
});
