import { describe, expect, it } from 'vitest';
import { changesOf, invite, knownRole } from '../../../shared/members/invite.ts';
import { join } from '../../../shared/members/join.ts';
import { inviteMemberRequest, updateMemberRequest, viewMember } from '../../../shared/members/member.ts';
import { problemOf } from '../problemOf.ts';
import { memberPrincipal, nowMs, sampleMember } from '../samples.ts';

const viewer = { name: 'viewer', builtIn: true, permissions: ['events:read', 'usage:read'] };
const inviter = memberPrincipal({ id: 'mem_inviter00000', permissions: ['members:write', 'events:read', 'usage:read'] });

function inviteAs(principal = inviter, role = viewer) {
  const request = inviteMemberRequest.parse({ email: 'Ada@Example.COM', role: role.name });
  return invite({ id: 'mem_new000000000', organizationId: 'org_000000000001', request, role, principal, nowMs });
}

describe('an invited member', () => {
  it('waits for the owner of the address, bound to nobody yet', () => {
    expect(inviteAs()).toEqual({
      member: {
        id: 'mem_new000000000',
        organizationId: 'org_000000000001',
        email: 'ada@example.com',
        name: null,
        role: 'viewer',
        status: 'invited',
        hasPin: false,
        createdAt: '2026-11-22T08:00:00.000Z',
        version: 1,
        subject: null,
      },
      changes: [
        { field: 'memberId', from: null, to: 'mem_new000000000' },
        { field: 'email', from: null, to: 'ada@example.com' },
        { field: 'role', from: null, to: 'viewer' },
        { field: 'status', from: null, to: 'invited' },
      ],
    });
  });

  it('gets no role that holds more than whoever invites', () => {
    const role = { name: 'support', builtIn: false, permissions: ['events:read', 'keys:revoke', 'keys:write'] };
    const refusal = problemOf(() => inviteAs(inviter, role));
    expect([refusal.code, refusal.extras['missing']]).toEqual(['scope_not_held', ['keys:revoke', 'keys:write']]);
  });

  it('has to be given a role that the organization has', () => {
    expect(problemOf(() => knownRole(null, 'ghost')).extras.errors).toEqual([{ path: 'role', message: 'Role must be one of the organization\'s, got "ghost".' }]);
    expect(knownRole(viewer, 'viewer')).toBe(viewer);
  });
});

describe('a first sign-in', () => {
  const invited = sampleMember({ status: 'invited', subject: null, version: 1 });

  it('makes the invited member active and theirs, by their own hand', () => {
    expect(join(invited, 'https://issuer.test subject-9')).toEqual({
      next: { ...invited, status: 'active', subject: 'https://issuer.test subject-9', version: 2 },
      changes: [
        { field: 'memberId', from: 'mem_000000000001', to: 'mem_000000000001' },
        { field: 'status', from: 'invited', to: 'active' },
      ],
      actor: { type: 'member', id: 'mem_000000000001', name: 'Ada' },
    });
    expect(join({ ...invited, name: null }, 's')?.actor.name).toBe('ada@example.com');
  });

  it('takes over nobody who has joined before, whoever has the address now', () => {
    expect(join(sampleMember(), 'https://issuer.test subject-2')).toBeNull();
    expect(join(sampleMember({ status: 'invited' }), 'https://issuer.test subject-2')).toBeNull();
    expect(join(sampleMember({ subject: null }), 'https://issuer.test subject-2')).toBeNull();
  });
});

describe('the record of a change of a member', () => {
  it('names whom it is about, and never the subject at the issuer', () => {
    expect(changesOf(sampleMember(), null)).toEqual([
      { field: 'memberId', from: 'mem_000000000001', to: null },
      { field: 'email', from: 'ada@example.com', to: null },
      { field: 'name', from: 'Ada', to: null },
      { field: 'role', from: 'developer', to: null },
      { field: 'status', from: 'active', to: null },
    ]);
    expect(JSON.stringify(changesOf(null, sampleMember()))).not.toContain('subject-1');
  });

  it('is not what the API shows: that has no subject either', () => {
    expect(viewMember(sampleMember())).not.toHaveProperty('subject');
  });
});

describe('a request about a member', () => {
  it.each([
    [{ email: 'ada@example.com' }, 'role'],
    [{ email: 'ada', role: 'viewer' }, 'email'],
    [{ email: `${'a'.repeat(250)}@example.com`, role: 'viewer' }, 'email'],
    [{ email: 'ada@example.com', role: '' }, 'role'],
    [{ email: 'ada@example.com', role: 'x'.repeat(41) }, 'role'],
    [{ email: 'ada@example.com', role: 'viewer', name: '' }, 'name'],
    [{ email: 'ada@example.com', role: 'viewer', name: 'A\u0000' }, 'name'],
    [{ email: 'ada@example.com', role: 'viewer', name: '\udc00' }, 'name'],
    [{ email: 'ada@example.com', role: 'viewer', status: 'active' }, ''],
    [{ email: 'ada@example.com', role: 'viewer', subject: 'me' }, ''],
    [{ email: 'ada@example.com', role: ['viewer'] }, 'role'],
  ])('that invites %j is refused at "%s"', (body, path) => {
    const issues = inviteMemberRequest.safeParse(body).error?.issues ?? [];
    expect([...new Set(issues.map((issue) => issue.path.join('.')))]).toEqual([path]);
  });

  it.each([{}, { email: 'other@example.com' }, { status: 'active' }, { hasPin: true }, { role: null }])('that changes %j is refused', (body) => {
    expect(updateMemberRequest.safeParse(body).success).toBe(false);
  });
});
