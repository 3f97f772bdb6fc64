import { describe, expect, it } from 'vitest';
import type { EventType } from '../../../shared/events/event.ts';
import type { MemberRecord } from '../../../shared/members/member.ts';
import { memberStore } from '../../../shared/members/store.ts';
import { holderChange } from '../../../shared/members/update.ts';
import { roleStore } from '../../../shared/roles/store.ts';
import type { Write } from '../../../shared/table.ts';
import { useKeysTable } from '../../support/keysTable.ts';
import { sampleMember } from '../samples.ts';

const keys = useKeysTable();
const context = { actor: { type: 'system', id: 'test', name: 'Test' }, ip: null, userAgent: null, requestId: null } as const;
let made = 0;

async function commit(organizationId: string, type: EventType, writes: Write[]): Promise<string> {
  const outcome = await keys().events().commit({ organizationId, context, drafts: [{ type }], writes });
  return outcome.done ? 'done' : outcome.refusedBy;
}

/** A member of an organization of its own, unless `fields` say another; not stored yet. */
function newMember(fields: Partial<MemberRecord> = {}): MemberRecord {
  made += 1;
  return sampleMember({ id: `mem_${made}`, organizationId: `org_${made}`, email: `m${made}@example.com`, subject: null, status: 'invited', version: 1, ...fields });
}

async function store(member: MemberRecord): Promise<string> {
  const writes = [...memberStore(keys()).create(member), roleStore(keys()).countHolders(member.organizationId, holderChange(member, 1))];
  return commit(member.organizationId, 'member.invited', writes);
}

async function bind(member: MemberRecord, subject: string, joinedAt = '2026-11-22T08:00:00.000Z'): Promise<string> {
  const next = { ...member, subject, status: 'active' as const, version: member.version + 1 };
  return commit(member.organizationId, 'member.joined', memberStore(keys()).bind(member, next, joinedAt));
}

describe('an address', () => {
  it('is a member of one organization once, and of another as well', async () => {
    const first = newMember();
    expect(await store(first)).toBe('done');
    expect(await store(newMember({ organizationId: first.organizationId, email: first.email }))).toBe('email');
    const elsewhere = newMember({ email: first.email });
    expect(await store(elsewhere)).toBe('done');
    const memberships = await memberStore(keys()).membershipsOfEmail(first.email.toUpperCase());
    expect(memberships.map(({ memberId }) => memberId).sort()).toEqual([first.id, elsewhere.id].sort());
  });

  it('of a removed member is free again', async () => {
    const member = newMember();
    await store(member);
    expect(await commit(member.organizationId, 'member.removed', memberStore(keys()).remove(member))).toBe('done');
    expect(await memberStore(keys()).get(member.id)).toBeNull();
    expect(await memberStore(keys()).membershipsOfEmail(member.email)).toEqual([]);
    expect(await store(newMember({ organizationId: member.organizationId, email: member.email }))).toBe('done');
  });
});

describe('a subject', () => {
  it('is bound once: of two first sign-ins at once, one is', async () => {
    const member = newMember();
    await store(member);
    const outcomes = await Promise.all([bind(member, 'issuer first'), bind(member, 'issuer second')]);
    expect(outcomes.sort()).toEqual(['done', 'member']);
    const bound = await memberStore(keys()).get(member.id);
    expect(bound).toMatchObject({ status: 'active', version: 2 });
    expect(await memberStore(keys()).membershipsOfSubject(bound?.subject ?? '')).toEqual([
      { memberId: member.id, organizationId: member.organizationId, joinedAt: '2026-11-22T08:00:00.000Z' },
    ]);
  });

  it('is one member of an organization, not two', async () => {
    const member = newMember();
    const other = newMember({ organizationId: member.organizationId });
    await store(member);
    await store(other);
    expect(await bind(member, 'issuer only')).toBe('done');
    expect(await bind(other, 'issuer only')).toBe('subject');
  });

  it('has its memberships in the order in which it joined, whatever the organizations are called', async () => {
    const [late, early] = [newMember({ organizationId: 'org_aaa' }), newMember({ organizationId: 'org_zzz' })];
    for (const member of [late, early]) await store(member);
    await bind(early, 'issuer both', '2026-01-01T00:00:00.000Z');
    await bind(late, 'issuer both', '2026-02-01T00:00:00.000Z');
    const memberships = await memberStore(keys()).membershipsOfSubject('issuer both');
    expect(memberships.map(({ organizationId }) => organizationId)).toEqual(['org_zzz', 'org_aaa']);
  });

  it('of a removed member leads nowhere', async () => {
    const member = newMember();
    await store(member);
    await bind(member, 'issuer gone');
    const bound = (await memberStore(keys()).get(member.id)) ?? member;
    await commit(member.organizationId, 'member.removed', memberStore(keys()).remove(bound));
    expect(await memberStore(keys()).membershipsOfSubject('issuer gone')).toEqual([]);
  });
});

describe('a member', () => {
  it('that was changed by someone else in the meantime is not written over, and not removed', async () => {
    const member = newMember();
    await store(member);
    const { replace, remove } = memberStore(keys());
    expect(await commit(member.organizationId, 'member.updated', [replace(member, { ...member, name: 'B', version: 2 })])).toBe('done');
    expect(await commit(member.organizationId, 'member.updated', [replace(member, { ...member, name: 'C', version: 2 })])).toBe('member');
    expect(await commit(member.organizationId, 'member.removed', remove(member))).toBe('member');
    expect(await memberStore(keys()).get(member.id)).toMatchObject({ name: 'B' });
  });

  it('is listed in its organization alone, oldest first, page by page', async () => {
    const organizationId = `org_list${(made += 1)}`;
    const listed = ['2026-01-01', '2026-01-02', '2026-01-03'].map((day) => newMember({ organizationId, createdAt: `${day}T00:00:00.000Z` }));
    for (const member of listed.toReversed()) await store(member);
    await store(newMember());
    const { page } = memberStore(keys());
    const first = await page(organizationId, null, 2);
    expect([first.rows.map(({ id }) => id), first.hasMore]).toEqual([[listed[0]?.id, listed[1]?.id], true]);
    const rest = await page(organizationId, first.rows[1] ?? null, 2);
    expect(rest.rows.map(({ id }) => id)).toEqual([listed[2]?.id]);
  });
});
