import * as fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type * as MailTools from '../../../../functions/jobs/mails/mailTools.ts';
import { expectChains, expectIndexes, expectNoneWaiting, expectPlaces } from './kept.ts';
import { lives } from './steps.ts';
import type { Change, Step } from './steps.ts';
import { World } from './world.ts';

// The functions are the real ones; what they get from outside, the store, the clock, SES and ids, is the stage's.
vi.mock('../../../../functions/dependencies.ts', async () => (await import('./functions.ts')).dependencies);
vi.mock('../../../../functions/config.ts', async () => ({ config: (await import('./functions.ts')).config }));
vi.mock('../../../../functions/api/keys/dependencies.ts', async () => (await import('./functions.ts')).keysDependencies);
vi.mock('../../../../functions/usageDependencies.ts', async () => (await import('./functions.ts')).usageDependencies);
vi.mock('../../../../functions/log.ts', () => ({ log: () => {}, describeError: () => ({}) }));
vi.mock('../../../../functions/metrics.ts', () => ({ countMetrics: () => {} }));
vi.mock('../../../../functions/jobs/mails/mailTools.ts', async (original) => ({
  ...(await original<typeof MailTools>()),
  mailTools: (await import('./functions.ts')).mailTools,
}));

// More lives than a run of all tests can wait for: LIVES_RUNS=5000 LIVES_SEED=1 npx vitest run test/unit/notices/lives
const numRuns = Number(process.env['LIVES_RUNS'] ?? 50);
// A failure is made smaller for as long as there is time.
const timeoutMs = 300_000 + numRuns * 1000;
const seed = Number(process.env['LIVES_SEED'] ?? 20_261_122);

// 2028 has a 29 February; Berlin's clocks change on 26 March, Auckland's on 2 April.
const startMs = Date.parse('2028-02-20T22:30:00.000Z');

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const sweep: Step = { do: 'sweep', fault: null, mails: 'up' };

const issue = (livesMs: number, rotateInMs: number | null = null): Step => ({ do: 'issue', organization: 0, livesMs, rotateInMs, owner: null });
const wait = (ms: number): Step => ({ do: 'wait', ms });
const renew = (livesMs: number): Change => ({ do: 'expiry', key: 0, livesMs });
const rotate: Change = { do: 'rotate', key: 0, graceHours: 24, livesMs: 'as before' };
const revoke: Change = { do: 'revoke', key: 0 };

// What was found once, and what chance comes to too seldom.
const remembered: Step[][] = [
  // Its rotation fell due while it was expired, and sweeps have passed: once it is renewed it is to be told.
  [issue(hourMs, hourMs), wait(hourMs), sweep, wait(hourMs), sweep, wait(hourMs), sweep, renew(dayMs), wait(hourMs), sweep],
  // Its rotation has been overdue for longer than other marks are kept: a new expiry is no new news.
  [issue(400 * dayMs, dayMs), wait(dayMs), sweep, wait(hourMs), sweep, wait(121 * dayMs), sweep, { do: 'ttl' }, renew(300 * dayMs), wait(hourMs), sweep],
  // It is rotated, revoked or renewed between the look of a sweep and what that writes, wherever that is.
  ...Array.from({ length: 9 }, (_, number) => ({ headStart: number + 1, acts: [20] })).flatMap((turns) =>
    [rotate, revoke, renew(60 * dayMs)].map((second): Step[] => [issue(30 * dayMs, 16 * dayMs), wait(16 * dayMs), { do: 'together', second, turns, gapMs: 0 }]),
  ),
  // A warning waits to be mailed, and its key is given another expiry.
  [issue(30 * dayMs), wait(23 * dayMs), { do: 'sweep', fault: null, mails: 'throttles' }, renew(20 * dayMs), wait(hourMs), sweep],
  // A purge is recorded, and the consumer dies before it can say so.
  [issue(hourMs), wait(hourMs), sweep, wait(91 * dayMs), { do: 'ttl' }, { do: 'stream', fault: { at: 'write', nth: 0, when: 'after', isDeadly: true }, mails: 'up' }],
  // One read fails, and nothing else: what could not be looked at is not past.
  ...Array.from({ length: 6 }, (_, nth): Step[] => [issue(hourMs), wait(2 * hourMs), { do: 'sweep', fault: { at: 'read', nth, when: 'before', isDeadly: false }, mails: 'up' }, wait(hourMs), sweep]),
  // A number of days that nobody else has.
  [{ do: 'policy', organization: 0, noticeDays: [20], mailOnExpiring: true }, issue(60 * dayMs), wait(39 * dayMs), sweep, wait(dayMs + hourMs), sweep],
];

it('of whatever lives keys have, and wherever sweeps die, all that falls due is announced and told, nothing of the dead, nothing twice', async () => {
  // Pauses and the order of mails are drawn; a life has to be the same each time.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const seen = { mails: 0, events: 0 };
  const life = fc.asyncProperty(lives, async (steps) => {
    const world = new World();
    await world.begin(startMs);
    for (const step of steps) await world.take(step);
    await world.settle();
    expectChains(world);
    expectPlaces(world);
    expectIndexes(world);
    expectNoneWaiting();
    seen.mails += world.mailbox.count;
    seen.events += world.ledger.events.length;
  });
  await fc.assert(life, { numRuns: remembered.length + numRuns, seed, examples: remembered.map((steps): [Step[]] => [steps]), interruptAfterTimeLimit: timeoutMs - 30_000, markInterruptAsFailure: true, endOnFailure: process.env['LIVES_SHRINK'] === '0' });
  // Else nothing would have been seen of what this is about.
  expect(seen.mails).toBeGreaterThan(5 * numRuns);
  expect(seen.events).toBeGreaterThan(5 * numRuns);
}, timeoutMs);
