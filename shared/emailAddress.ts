import * as z from 'zod';

// RFC 5321, 4.5.3.1, and RFC 1035, 2.3.4.
const maxLength = 254;
const maxLocalPartLength = 64;
const domainLabel = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** An address that a mail can be sent to, as a request gives it. */
export const emailAddress = z.email('must be an e-mail address').max(maxLength).refine(isMailable, {
  error: 'must have at most 64 characters before the "@", and a domain behind it that mail can go to',
  // What is no address is told so, and no more.
  when: ({ issues }) => issues.length === 0,
});

/** Whether the parts of an address are as long as mail allows: SES takes no other, today or later. */
export function isMailable(address: string): boolean {
  const at = address.lastIndexOf('@');
  const labels = address.slice(at + 1).split('.');
  return address.length <= maxLength && at > 0 && at <= maxLocalPartLength && labels.every((label) => domainLabel.test(label));
}
