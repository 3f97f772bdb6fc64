import type { OutgoingMail } from './sendRequest.ts';
import { notVerified, SesError } from './sesError.ts';

/**
 * How SES can fail a mail that is in order: too many in this second, too many in these 24 hours, a recipient that the
 * sandbox does not know, sending paused for the account, a fault of SES, or a mail that is sent and its answer lost.
 */
export type MailFailure = 'throttled' | 'quota' | 'rejected' | 'paused' | 'unavailable' | 'answerLost';

/** Failures that a test asked for. */
export interface PlannedFailures {
  /** The next `count` requests to send fail in this way. A client that tries again by itself uses up one each time. */
  add(kind: MailFailure, count: number): void;
  take(): MailFailure | undefined;
}

export function createPlannedFailures(): PlannedFailures {
  const planned: MailFailure[] = [];
  return {
    add: (kind, count) => void planned.push(...Array.from({ length: count }, () => kind)),
    take: () => planned.shift(),
  };
}

/** The error that SES answers for a failure. */
export function errorOf(failure: Exclude<MailFailure, 'answerLost'>, { to }: OutgoingMail, region: string): SesError {
  switch (failure) {
    case 'throttled':
      return new SesError('TooManyRequestsException', 429, 'Maximum sending rate exceeded.');
    case 'quota':
      return new SesError('TooManyRequestsException', 429, 'Daily message quota exceeded.');
    case 'rejected':
      return notVerified(region, to.map(({ email }) => email));
    case 'paused':
      return new SesError('SendingPausedException', 400, 'Email sending is disabled for this account.');
    case 'unavailable':
      return new SesError('InternalServiceErrorException', 500, 'Service unavailable.');
  }
}
