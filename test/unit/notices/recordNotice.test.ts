import { expect, it } from 'vitest';
import { recordNotice } from '../../../functions/jobs/sweep/recordNotice.ts';
import type { Recording } from '../../../functions/jobs/sweep/recordNotice.ts';
import type { DueNotice } from '../../../shared/notices/due.ts';
import { sampleKey, sampleOrganization } from '../samples.ts';

const expiresAt = '2027-01-21T08:00:00.000Z';

/** What is written of a notice, by the sweep of a moment. */
async function written(notice: Pick<DueNotice, 'kind' | 'at' | 'marks'>, now: string) {
  const named = (name: string) => [{ name }];
  const marks: Record<string, string> = {};
  const names: string[] = [];
  const stores = {
    due: { expire: () => named('expire'), stillDue: (_key: unknown, date: string) => ({ name: `still due ${date}` }) },
    notices: {
      record: (_keyId: string, mark: string, keepUntilMs: number) => {
        marks[mark] = new Date(keepUntilMs).toISOString();
        return { name: 'notice' };
      },
      putInOutbox: (mails: readonly unknown[]) => mails.map(() => ({ name: 'outbox' })),
    },
    events: {
      commit: async ({ writes }: { writes: readonly { name: string }[] }) => {
        names.push(...writes.map(({ name }) => name));
        return { done: true };
      },
    },
  } as unknown as Recording['stores'];
  const recording = { stores, startMs: Date.parse(now), recipients: async () => ['ada@example.com', 'grace@example.com'] };
  const due: DueNotice = { eventType: 'key.expiring', date: 'expiresAt', changes: [], ...notice };
  await recordNotice(recording, { key: sampleKey({ expiresAt }), organization: sampleOrganization(), notice: due });
  return { marks, names };
}

it('a warning is written with all marks that it stands for, each mail, and the date that it is about', async () => {
  const { names } = await written({ kind: 'expiring', at: expiresAt, marks: ['expiring#1', 'expiring#7'] }, '2027-01-20T08:00:00.000Z');
  expect(names).toEqual(['still due expiresAt', 'notice', 'notice', 'outbox', 'outbox']);
});

it('an expiry gives the place of the key back', async () => {
  expect((await written({ kind: 'expired', at: expiresAt, marks: ['expired'] }, '2027-01-21T08:30:00.000Z')).names).toEqual(['expire', 'notice', 'outbox', 'outbox']);
});

it.each<[DueNotice['kind'], string, string, string]>([
  ['expiring', '120 days', '2027-01-20T08:00:00.000Z', '2027-05-21T08:00:00.000Z'],
  ['expired', '120 days', '2027-06-01T08:00:00.000Z', '2027-09-29T08:00:00.000Z'],
  ['still_in_use', '120 days', '2027-06-01T08:00:00.000Z', '2027-09-29T08:00:00.000Z'],
  ['rotation_due', '3,650 days', '2027-06-01T08:00:00.000Z', '2037-05-29T08:00:00.000Z'],
  ['unused', '3,650 days', '2027-06-01T08:00:00.000Z', '2037-05-29T08:00:00.000Z'],
])('the mark of %s outlives by %s its date and the sweep that wrote it, whichever is later', async (kind, _, now, keptUntil) => {
  expect((await written({ kind, at: expiresAt, marks: ['mark'] }, now)).marks).toEqual({ mark: keptUntil });
});
