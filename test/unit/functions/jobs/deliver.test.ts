import { describe, expect, it } from 'vitest';
import { deliverMails } from '../../../../functions/jobs/mails/deliver.ts';
import type { Delivery } from '../../../../functions/jobs/mails/deliver.ts';
import type { Sent } from '../../../../functions/jobs/mails/sesMailer.ts';
import type { Mail, NoticeKind } from '../../../../shared/notices/notice.ts';
import type { Policy } from '../../../../shared/organizations/organization.ts';
import { sampleKey, sampleOrganization } from '../../samples.ts';
import { linesOf } from '../stdout.ts';

const nowMs = Date.parse('2027-01-14T08:30:00.000Z');
const groups = ['ada', 'grace', 'edsger'].map((name) => ({ organizationId: 'org_000000000001', recipient: `${name}@example.com` }));

/** Delivers what waits for three recipients; tells what became of it, and what was done. */
async function delivered(options: { unreadable?: number; answers?: Sent[]; untilMs?: number; kind?: NoticeKind; policy?: Partial<Policy> }) {
  const { unreadable = 0, answers = [], untilMs = nowMs + 60_000, kind = 'created', policy = {} } = options;
  const organization = sampleOrganization();
  const texts: string[] = [];
  const done = { mails: 0, counted: 0, removed: 0, claims: 0 };
  const notices = {
    waiting: async () => ({ groups, unreadable }),
    pending: async (group: (typeof groups)[number]) => [{ ...group, keyId: 'key_4f8KmQ2xT7Zb', kind, at: '2027-01-14T08:00:00.000Z', mark: 'event#1', actor: null, recordedAt: '2027-01-14T08:00:00.000Z' }],
    claim: async () => Boolean((done.claims += 1)),
    release: async () => void (done.claims -= 1),
    countMail: async () => Boolean((done.counted += 1)),
    uncountMail: async () => void (done.counted -= 1),
    remove: async () => void (done.removed += 1),
  };
  const delivery = {
    stores: { notices, keys: { get: async () => sampleKey({ expiresAt: '2027-01-14T08:00:00.000Z' }) }, organizations: { get: async () => ({ ...organization, policy: { ...organization.policy, ...policy } }) }, suppressions: { get: async () => null } },
    mailer: {
      send: async ({ text }: Mail) => {
        texts.push(text);
        return answers[done.mails++] ?? 'sent';
      },
    },
    lastUses: async () => new Map(),
    nowMs: () => nowMs,
    pause: async () => undefined,
    look: { locale: 'en-GB', keyUrl: null, managementUrl: 'https://api.example.com' },
    maxPerDay: 500,
    untilMs,
  } as unknown as Delivery;
  let outcome: unknown;
  const lines = await linesOf(async () => { outcome = await deliverMails(delivery); });
  return { outcome, done, lines, texts };
}

describe('a run that delivers what waits', () => {
  it('sends each recipient a mail, takes it out of the outbox and leaves no claim behind', async () => {
    const { outcome, done } = await delivered({});
    expect(outcome).toEqual({ sent: 3, kept: 0, suppressed: 0 });
    expect(done).toEqual({ mails: 3, counted: 3, removed: 3, claims: 0 });
  });

  it('keeps a mail that is refused, gives its count back and goes on with the others', async () => {
    const { outcome, done } = await delivered({ answers: ['sent', 'kept', 'sent'] });
    expect(outcome).toEqual({ sent: 2, kept: 1, suppressed: 0 });
    expect(done).toEqual({ mails: 3, counted: 2, removed: 2, claims: 0 });
  });

  it('sends no more once nothing can be sent', async () => {
    const { outcome, done } = await delivered({ answers: ['halted'] });
    expect(outcome).toEqual({ sent: 0, kept: 3, suppressed: 0 });
    expect(done.mails).toBe(1);
  });

  it('begins none when its time is up', async () => {
    const { outcome, done } = await delivered({ untilMs: nowMs });
    expect(outcome).toEqual({ sent: 0, kept: 3, suppressed: 0 });
    expect(done.mails).toBe(0);
  });

  it('tells of lines that nobody can read, in its log and as kept, so that an alarm is raised', async () => {
    const { outcome, lines } = await delivered({ unreadable: 2 });
    expect(outcome).toEqual({ sent: 3, kept: 2, suppressed: 0 });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'ERROR', message: 'mails not read', lines: 2 }]);
  });

  it('proposes the lifetime of a new key for a renewal, and none that the policy forbids', async () => {
    const renewal = async (policy: Partial<Policy>) => /"expiresInDays":(\d+)/.exec((await delivered({ kind: 'expired', policy })).texts[0] ?? '')?.[1];
    expect(await renewal({ defaultKeyLifetimeDays: 365, maxKeyLifetimeDays: null })).toBe('365');
    expect(await renewal({ defaultKeyLifetimeDays: 365, maxKeyLifetimeDays: 90 })).toBe('90');
  });
});
