import { beforeEach, describe, expect, it, vi } from 'vitest';
import { authenticateMember } from '../../../../functions/authorizer/member.ts';
import type { MemberRecord } from '../../../../shared/members/member.ts';
import { sampleMember, sampleOrganization } from '../../samples.ts';

const subject = 'https://id.example.com/ sub-1';
const member = (changed: Partial<MemberRecord>) => sampleMember({ email: 'ada@example.com', subject: null, ...changed });

const state = vi.hoisted(() => ({ members: [] as MemberRecord[], holder: null as unknown, minutes: 0, invoked: 0, bind: (): object | void => {}, afterFirstRead: (): object | void => {} }));

vi.mock('../../../../functions/env.ts', () => ({ readEnv: () => ({ OIDC_ISSUER: 'https://id.example.com/', OIDC_CLIENT_IDS: 'app', BIND_MEMBER_FUNCTION: 'bind' }) }));
vi.mock('../../../../functions/config.ts', () => ({ config: { signIn: { provider: 'oidc' } } }));
vi.mock('../../../../shared/signIn/issuer.ts', () => ({
  oidcIssuer: () => ({ verify: async () => ({ subject: 'sub-1', sessionId: 'session-1' }), holderOf: async () => state.holder }),
}));
vi.mock('@aws-sdk/client-lambda', () => ({
  InvokeCommand: vi.fn(),
  LambdaClient: class {
    async send(): Promise<object> {
      state.invoked += 1;
      return state.bind() ?? {};
    }
  },
}));
vi.mock('../../../../functions/dependencies.ts', () => {
  const memberships = (found: (one: MemberRecord) => boolean) => state.members.filter(found).map(({ id: memberId, organizationId }) => ({ memberId, organizationId }));
  return {
    // A minute later each time: nothing of another test is kept.
    nowMs: () => (state.minutes += 1) * 60_000,
    keysTableStores: () => ({
      members: {
        membershipsOfSubject: async (asked: string) => {
          const found = memberships((one) => one.subject === asked);
          state.afterFirstRead();
          return found;
        },
        membershipsOfEmail: async (asked: string) => memberships((one) => one.email === asked),
        get: async (id: string) => state.members.find((one) => one.id === id) ?? null,
      },
      organizations: { get: async (id: string) => sampleOrganization({ id, isOperator: id === 'org_operator0000' }) },
      roles: { get: async () => ({ permissions: ['keys:read'] }) },
    }),
  };
});

beforeEach(() => {
  const invited = member({ id: 'mem_000000000001', organizationId: 'org_000000000001' });
  const bind = () => { state.members = [{ ...invited, subject }]; };
  Object.assign(state, { members: [invited], holder: { subject: 'sub-1', email: 'ada@example.com' }, invoked: 0, bind, afterFirstRead: () => {} });
});

describe('an invitation', () => {
  it('is bound to whoever signs in with its address', async () => {
    expect(await authenticateMember('a.b.c', 'org_000000000001')).toMatchObject({ valid: true, memberId: 'mem_000000000001' });
    expect(state.invoked).toBe(1);
  });

  it('is bound to nobody by an address that the issuer tells of somebody else', async () => {
    state.holder = { subject: 'sub-2', email: 'ada@example.com' };
    expect(await authenticateMember('a.b.c', 'org_000000000001')).toMatchObject({ valid: false, code: 'not_a_member' });
    expect(state.invoked).toBe(0);
  });

  it('that another request has bound a moment ago lets this one in as well', async () => {
    state.afterFirstRead = state.bind;
    expect(await authenticateMember('a.b.c', 'org_000000000001')).toMatchObject({ valid: true, memberId: 'mem_000000000001' });
    expect(state.invoked).toBe(0);
  });
});

it('where an invitation could not be bound, nothing is decided: it is no answer that somebody is no member', async () => {
  state.bind = () => ({ FunctionError: 'Unhandled' });
  await expect(authenticateMember('a.b.c', 'org_000000000001')).rejects.toThrow('The invitation could not be bound');
});

describe('a member of several organizations', () => {
  const ids = ['org_000000000001', 'org_operator0000', 'org_000000000002'];

  beforeEach(() => {
    state.members = ids.map((organizationId, index) => member({ id: `mem_00000000000${index}`, organizationId, subject }));
  });

  it.each([
    ['the one that the path names', 'org_000000000002', 'mem_000000000002'],
    ['the operator’s, which reaches into others, where the path names none of theirs', 'org_000000000009', 'mem_000000000001'],
    ['the operator’s, where the path names none', null, 'mem_000000000001'],
  ])('acts in %s', async (_, organizationId, memberId) => {
    expect(await authenticateMember('a.b.c', organizationId)).toMatchObject({ valid: true, memberId });
  });

  it('acts in the first where none is the operator’s', async () => {
    state.members = state.members.filter(({ organizationId }) => organizationId !== 'org_operator0000');
    expect(await authenticateMember('a.b.c', null)).toMatchObject({ valid: true, memberId: 'mem_000000000000' });
  });
});
