import { randomBytes } from 'node:crypto';
import { notFound, Problem } from '../../../shared/errors/problems.ts';
import { hashPin } from '../../../shared/pins/hash.ts';
import type { PinHash } from '../../../shared/pins/hash.ts';
import type { RouteHandler } from '../../http/request.ts';
import { changeUntilWritten } from '../change.ts';
import { stores } from './load.ts';
import { tryPin } from './tryPin.ts';

/** `PUT …/me/pin`: the first PIN, or another one in place of the current, which has to be shown. */
export const setPin: RouteHandler<'setPin'> = async ({ body, principal, context, nowMs }) => {
  const { pin, currentPin } = body;
  const current = await currentHash(currentPin, () => tryPin({ principal, pin: currentPin ?? '', context, nowMs }), principal.id);
  const hash = await hashPin(pin, randomBytes);
  const { organizationId } = principal;
  await changeUntilWritten({ events: stores.events, organizationId, context, onRefused }, async () => {
    const member = await stores.members.get(principal.id);
    if (!member) throw notFound();
    const next = { ...member, hasPin: true, version: member.version + 1 };
    return {
      writes: [stores.pins.set(principal.id, hash, current), stores.members.replace(member, next)],
      drafts: [{ type: 'member.pin_set', changes: [{ field: 'hasPin', from: member.hasPin, to: true }] }],
      result: undefined,
    };
  });
  return { status: 204, body: undefined };
};

function onRefused(refusedBy: string): void {
  if (refusedBy === 'pin') throw new Problem('wrong_pin', 'The PIN was changed at the same time; show the one that holds now.');
}

/** The hash of the PIN that is set and was shown; null where there is none. Throws 403 where it was not shown. */
async function currentHash(
  currentPin: string | undefined,
  show: () => Promise<PinHash | null>,
  memberId: string,
): Promise<PinHash | null> {
  if (currentPin !== undefined) return show();
  if (await stores.pins.exists(memberId)) throw new Problem('wrong_pin', 'A PIN is set; send it as currentPin to change it.');
  return null;
}
