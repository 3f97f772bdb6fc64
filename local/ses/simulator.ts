import { domainOf } from './address.ts';

/** What becomes of a mail at one recipient. */
export type Fate =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'complained'; readonly subType: string | null }
  | { readonly kind: 'bounced'; readonly subType: string; readonly status: string; readonly diagnosticCode: string };

const simulatorDomain = 'simulator.amazonses.com';

/** The addresses of the mailbox simulator, which behave here as they do at SES; a label may follow (`bounce+x@…`). */
const simulated: Readonly<Record<string, Fate>> = {
  bounce: { kind: 'bounced', subType: 'General', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
  complaint: { kind: 'complained', subType: null },
  suppressionlist: {
    kind: 'bounced',
    subType: 'Suppressed',
    status: '5.1.1',
    diagnosticCode: 'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
  },
};

const onAccountList: Readonly<Record<string, Fate>> = {
  BOUNCE: {
    kind: 'bounced',
    subType: 'OnAccountSuppressionList',
    status: '5.1.1',
    diagnosticCode: 'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
  },
  COMPLAINT: { kind: 'complained', subType: 'OnAccountSuppressionList' },
};

/** Every other address on this machine takes its mail. `suppressedFor`: why it is on the account's suppression list. */
export function fateAt(email: string, suppressedFor: string | undefined): Fate {
  const suppressed = suppressedFor === undefined ? undefined : onAccountList[suppressedFor];
  if (suppressed) return suppressed;
  const name = email.slice(0, email.lastIndexOf('@')).toLowerCase().replace(/\+.*$/u, '');
  const fate = domainOf(email) === simulatorDomain && Object.hasOwn(simulated, name) ? simulated[name] : undefined;
  return fate ?? { kind: 'delivered' };
}

/** Whether the mail got to this recipient: who complains has it, unless SES held it back. */
export const arrives = (fate: Fate): boolean => fate.kind === 'delivered' || (fate.kind === 'complained' && fate.subType === null);
