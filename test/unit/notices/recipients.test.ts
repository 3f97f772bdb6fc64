import { describe, expect, it } from 'vitest';
import { recipientsOf, wantsMail } from '../../../shared/notices/recipients.ts';
import { sampleOrganization } from '../samples.ts';

const policy = { ...sampleOrganization().policy, noticeEmails: ['Ops@example.com', 'keys@example.com'] };

describe('who is mailed', () => {
  it('the owner and the noticeEmails, each address once', () => {
    const key = { owner: { name: 'Ops', email: 'ops@EXAMPLE.com' } };
    expect(recipientsOf({ key, policy, superadmins: ['boss@example.com'] })).toEqual(['ops@example.com', 'keys@example.com']);
  });

  it('superadmins where the organization names nobody, whoever owns the key', () => {
    const none = { ...policy, noticeEmails: [] };
    const superadmins = ['Boss@example.com'];
    expect(recipientsOf({ key: { owner: null }, policy: none, superadmins })).toEqual(['boss@example.com']);
    expect(recipientsOf({ key: { owner: { name: 'Ada', email: null } }, policy: none, superadmins })).toEqual(['boss@example.com']);
    expect(recipientsOf({ key: { owner: { name: null, email: 'ada@example.com' } }, policy: none, superadmins })).toEqual(['ada@example.com', 'boss@example.com']);
  });

  it('superadmins also where mails to all that are named come back', () => {
    const key = { owner: { name: null, email: 'Gone@example.com' } };
    const suppressed = new Set(['gone@example.com', 'ops@example.com', 'keys@example.com']);
    expect(recipientsOf({ key, policy, superadmins: ['boss@example.com'], suppressed })).toEqual(['boss@example.com']);
    expect(recipientsOf({ key, policy, superadmins: ['boss@example.com'], suppressed: new Set(['gone@example.com', 'ops@example.com']) })).toEqual(['keys@example.com']);
  });

  it('so many that a transaction holds their mails', () => {
    const superadmins = Array.from({ length: 60 }, (_, index) => `s${index}@example.com`);
    expect(recipientsOf({ key: { owner: null }, policy: { ...policy, noticeEmails: [] }, superadmins })).toHaveLength(25);
  });
});

describe('an organization turns off each kind by itself', () => {
  it.each(['created', 'rotated', 'revoked', 'deactivated'] as const)('%s', (kind) => {
    const off = { ...policy, mailOn: { ...policy.mailOn, [kind]: false } };
    expect(wantsMail(off, kind)).toBe(false);
    expect(wantsMail(off, 'expiring')).toBe(true);
    expect(wantsMail({ ...policy, mailOn: { ...policy.mailOn, expiring: false } }, kind)).toBe(true);
  });

  it.each(['expiring', 'expired', 'rotation_due', 'unused'] as const)('%s goes with the warnings', (kind) => {
    expect(wantsMail(policy, kind)).toBe(true);
    expect(wantsMail({ ...policy, mailOn: { ...policy.mailOn, expiring: false } }, kind)).toBe(false);
  });
});
