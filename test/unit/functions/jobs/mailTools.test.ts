import { beforeEach, expect, it, vi } from 'vitest';
import { recipients } from '../../../../functions/jobs/mails/mailTools.ts';
import type { MemberRecord } from '../../../../shared/members/member.ts';
import { sampleMember, sampleOrganization } from '../../samples.ts';

const state = vi.hoisted(() => ({ mail: {} as object | null }));

vi.mock('../../../../functions/config.ts', () => ({ config: state }));
vi.mock('../../../../functions/dependencies.ts', () => ({}));
vi.mock('../../../../functions/lastUses.ts', () => ({}));

beforeEach(() => void (state.mail = {}));

const { policy } = sampleOrganization();
const owner = { name: 'Ada', email: 'ada@example.com' };

/** Whom a warning reaches, and how often the members were asked for. */
async function told(options: { noticeEmails?: string[]; mailOn?: Partial<typeof policy.mailOn>; superadmins?: string[]; suppressed?: string[] }) {
  const { noticeEmails = [], mailOn = {}, superadmins = [], suppressed = [] } = options;
  const rows: MemberRecord[] = [sampleMember({ email: 'reader@example.com', role: 'reader' }), ...superadmins.map((email) => sampleMember({ email, role: 'superadmin' }))];
  let pages = 0;
  const stores = {
    // One member a page.
    members: { page: async () => ({ rows: rows.slice(pages, (pages += 1)), hasMore: pages < rows.length }) },
    suppressions: { among: async (emails: readonly string[]) => emails.filter((email) => suppressed.includes(email)).map((email) => ({ email, reason: 'bounce', at: '2026-11-22T08:00:00.000Z' })) },
  } as unknown as Parameters<typeof recipients>[0];
  const organization = sampleOrganization({ policy: { ...policy, noticeEmails, mailOn: { ...policy.mailOn, expiring: true, ...mailOn } } });
  return { addresses: await recipients(stores, { key: { owner }, organization, kind: 'expiring' }), pages };
}

it('nobody is mailed where the deployment sends no mails, or the organization wants none of the kind', async () => {
  expect((await told({ mailOn: { expiring: false } })).addresses).toEqual([]);
  state.mail = null;
  expect((await told({})).addresses).toEqual([]);
});

it('all superadmins stand in where nobody is named, and nobody else does, over however many pages of members', async () => {
  expect((await told({ superadmins: ['grace@example.com', 'edsger@example.com'] })).addresses).toEqual(['ada@example.com', 'grace@example.com', 'edsger@example.com']);
});

it('members are not read where somebody is named that mails reach', async () => {
  expect(await told({ noticeEmails: ['ops@example.com'], superadmins: ['grace@example.com'] })).toEqual({ addresses: ['ada@example.com', 'ops@example.com'], pages: 0 });
});

it('an owner whose address is suppressed is not mailed', async () => {
  expect((await told({ noticeEmails: ['ops@example.com'], suppressed: ['ada@example.com'] })).addresses).toEqual(['ops@example.com']);
});

it('superadmins stand in where those who are named cannot be mailed', async () => {
  const superadmins = ['grace@example.com'];
  expect((await told({ noticeEmails: ['ops@example.com'], suppressed: ['ops@example.com'], superadmins })).addresses).toEqual(['ada@example.com', 'grace@example.com']);
  expect((await told({ noticeEmails: ['no address'], superadmins })).addresses).toEqual(['ada@example.com', 'grace@example.com']);
});
