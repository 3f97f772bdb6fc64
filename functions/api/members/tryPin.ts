import { Problem } from '../../../shared/errors/problems.ts';
import type { ChangeContext } from '../../../shared/events/event.ts';
import { isPin } from '../../../shared/pins/hash.ts';
import type { PinHash } from '../../../shared/pins/hash.ts';
import { lockMs } from '../../../shared/pins/store.ts';
import type { Principal } from '../../../shared/access/principal.ts';
import { stores } from './load.ts';

export interface PinTry {
  readonly principal: Principal;
  readonly pin: string;
  readonly context: ChangeContext;
  readonly nowMs: number;
}

/**
 * Counts a try and then looks at the PIN. Answers the hash of the right one; null where none is set. Throws
 * `wrong_pin` with the tries that are left, or `pin_locked` with `Retry-After`.
 */
export async function tryPin({ principal, pin, context, nowMs }: PinTry): Promise<PinHash | null> {
  const outcome = await stores.pins.beginTry(principal.id, nowMs);
  if (outcome.kind === 'not_set') return null;
  if (outcome.kind === 'locked') throw locked(outcome.untilMs, nowMs);
  if (await isPin(pin, outcome.hash)) {
    await stores.pins.forgetTries(principal.id);
    return outcome.hash;
  }
  const { remaining } = outcome;
  if (remaining > 0) throw new Problem('wrong_pin', 'The PIN is wrong.', { extras: { remainingTries: remaining } });
  const { organizationId } = principal;
  const drafts = [{ type: 'member.pin_locked', changes: [{ field: 'memberId', from: principal.id, to: principal.id }] }] as const;
  // That a PIN was tried out five times must be on record, whatever else is being changed.
  await stores.events.commit({ organizationId, context, drafts, writes: [], isUrgent: true });
  throw locked(nowMs + lockMs, nowMs);
}

function locked(untilMs: number, nowMs: number): Problem {
  const seconds = Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
  return new Problem('pin_locked', `After five wrong tries the PIN is locked; try again in ${seconds} s.`, {
    extras: { retryAfterSec: seconds },
    headers: { 'Retry-After': String(seconds) },
  });
}
