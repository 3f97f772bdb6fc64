import { describe, expect, it } from 'vitest';
import { issueKeyRequest, updateKeyRequest } from '../../shared/keys/requests.ts';
import { inviteMemberRequest } from '../../shared/members/member.ts';
import { recipientsOf } from '../../shared/notices/recipients.ts';
import { defaultPolicy } from '../../shared/organizations/organization.ts';
import { updateOrganizationRequest } from '../../shared/organizations/requests.ts';

const key = { name: 'Billing', product: 'orders', environment: 'live', scopes: [] };

/** Where an address can be given that is mailed later. */
const requests: [string, (email: string) => { success: boolean }][] = [
  ['the owner of a new key', (email) => issueKeyRequest.safeParse({ ...key, owner: { email } })],
  ['the owner of a key', (email) => updateKeyRequest.safeParse({ owner: { email } })],
  ['noticeEmails', (email) => updateOrganizationRequest.safeParse({ policy: { noticeEmails: [email] } })],
  ['a member', (email) => inviteMemberRequest.safeParse({ email, role: 'viewer' })],
];

const label = 'd'.repeat(63);
const mailable = ['ada@example.com', "o'neil+keys@a-b.example", `${'a'.repeat(64)}@example.com`, `ada@${label}.${label}.example`];
const refusedBySes = [`${'a'.repeat(65)}@example.com`, `ada@${label}d.example`, 'ada@example-.com', `ada@${`${label}.`.repeat(4)}example`, 'münchen@example.com', 'ada@exämple.com'];

// SES refuses a mail to them for good, and its alarm would be raised every hour for as long as the mail waits.
describe.each(requests)('an address that no mail can be sent to is refused at once: %s', (_, parse) => {
  it.each(mailable)('%s is taken', (email) => {
    expect(parse(email).success).toBe(true);
  });

  it.each(refusedBySes)('%s is not', (email) => {
    expect(parse(email).success).toBe(false);
  });
});

it('one that an earlier version took is not mailed', () => {
  const [longLocalPart = ''] = refusedBySes;
  const owner = { name: null, email: longLocalPart };
  const policy = { ...defaultPolicy, noticeEmails: [longLocalPart] };
  expect(recipientsOf({ key: { owner }, policy, superadmins: ['boss@example.com'] })).toEqual(['boss@example.com']);
});
