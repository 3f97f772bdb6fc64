import { createHash } from 'node:crypto';
import { randomBase62 } from '../base62.ts';
import type { RandomBytes } from '../base62.ts';
import type { Principal } from '../access/principal.ts';

/** How long a step-up lasts, in milliseconds. */
export const stepUpMs = 5 * 60_000;

/** That a member has shown their PIN: kept under the hash of a token which only they hold. */
export interface StepUp {
  readonly tokenHash: string;
  readonly memberId: string;
  readonly organizationId: string;
  readonly sessionId: string;
  readonly expiresAtMs: number;
}

/** A new step-up and its token, 190 random bits. */
export function newStepUp(principal: Principal, nowMs: number, randomBytes: RandomBytes): { token: string; stepUp: StepUp } {
  if (principal.sessionId === null) throw new Error('A step-up belongs to the sign-in of a member.');
  const token = `stp_${randomBase62(32, randomBytes)}`;
  return {
    token,
    stepUp: {
      tokenHash: hashStepUpToken(token),
      memberId: principal.id,
      organizationId: principal.organizationId,
      sessionId: principal.sessionId,
      expiresAtMs: nowMs + stepUpMs,
    },
  };
}

/** SHA-256 in hex; the token is random, so nothing slower is needed. */
export function hashStepUpToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether a step-up is the principal's own, of this very sign-in, and not over. */
export function isGoodFor(stepUp: StepUp, principal: Principal, nowMs: number): boolean {
  return (
    principal.type === 'member' &&
    stepUp.memberId === principal.id &&
    stepUp.organizationId === principal.organizationId &&
    stepUp.sessionId === principal.sessionId &&
    nowMs < stepUp.expiresAtMs
  );
}
