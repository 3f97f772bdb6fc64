import { describe, expect, it } from 'vitest';
import { holderChange, updateMember } from '../../../shared/members/update.ts';
import { problemOf } from '../problemOf.ts';
import { memberPrincipal, sampleMember } from '../samples.ts';

const developer = { name: 'developer', builtIn: true, permissions: ['usage:read'] };
const viewer = { name: 'viewer', builtIn: true, permissions: ['events:read', 'usage:read'] };

function change(request: object, options: { currentRole?: typeof viewer; nextRole?: typeof viewer; permissions?: string[] } = {}) {
  const { currentRole = developer, nextRole = developer, permissions = ['members:write', 'events:read', 'usage:read'] } = options;
  return updateMember({ member: sampleMember(), request, currentRole, nextRole, principal: memberPrincipal({ permissions }) });
}

describe('changing a member', () => {
  it('moves them from the holders of one role to those of the other', () => {
    expect(change({ role: 'viewer' }, { nextRole: viewer })).toEqual({
      kind: 'changed',
      next: { ...sampleMember(), role: 'viewer', version: 4 },
      holders: [
        { role: 'developer', total: -1, active: -1 },
        { role: 'viewer', total: 1, active: 1 },
      ],
      changes: [
        { field: 'memberId', from: 'mem_000000000001', to: 'mem_000000000001' },
        { field: 'role', from: 'developer', to: 'viewer' },
      ],
    });
  });

  it('by name alone moves nobody, and null takes the name away', () => {
    expect(change({ name: null })).toMatchObject({ kind: 'changed', next: { name: null, role: 'developer' }, holders: [] });
  });

  it('to what they are is no change', () => {
    expect(change({ name: 'Ada', role: 'developer' })).toEqual({ kind: 'unchanged' });
  });

  it('takes all that the new role permits', () => {
    const refusal = problemOf(() => change({ role: 'viewer' }, { nextRole: viewer, permissions: ['members:write', 'usage:read'] }));
    expect([refusal.code, refusal.extras['missing']]).toEqual(['scope_not_held', ['events:read']]);
  });

  it('takes all that the old role permits: nobody demotes who stands above them', () => {
    const refusal = problemOf(() => change({ role: 'developer' }, { currentRole: { ...viewer, name: 'viewer' }, nextRole: { ...developer, name: 'other' }, permissions: ['members:write', 'usage:read'] }));
    expect(refusal.extras['missing']).toEqual(['events:read']);
  });
});

describe('a name', () => {
  it('is not given to who stands above oneself either', () => {
    const refusal = problemOf(() => change({ name: 'Clown' }, { currentRole: viewer, nextRole: viewer, permissions: ['members:write', 'usage:read'] }));
    expect(refusal.extras['missing']).toEqual(['events:read']);
  });
});

describe('a holder of a role', () => {
  it('counts among those who have signed in only once they have', () => {
    expect(holderChange(sampleMember(), -1)).toEqual({ role: 'developer', total: -1, active: -1 });
    expect(holderChange(sampleMember({ status: 'invited', subject: null }), 1)).toEqual({ role: 'developer', total: 1, active: 0 });
  });
});
