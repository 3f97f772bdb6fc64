import { notFound } from '../../../shared/errors/problems.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import { activeIds, latestOf, successorsOf } from '../../../shared/keys/successors.ts';
import { dayMs, hourMs } from '../../../shared/time.ts';
import { describeRotation } from '../../../shared/usage/rotation.ts';
import type { RouteHandler } from '../../http/request.ts';
import { loadOrganization } from '../loadOrganization.ts';
import { loadKey } from '../loadKey.ts';
import { keys, usage } from './stores.ts';

const maxShownMs = 31 * dayMs;

/** `GET …/keys/{keyId}/rotation`, of the key that was replaced. */
export const getRotation: RouteHandler<'getRotation'> = async ({ params, nowMs }) => {
  const [key, { policy }] = await Promise.all([loadKey(params), loadOrganization(params)]);
  const { id: keyId, replacedBy: successorId } = key;
  // A rotation that never was is not there, as a key that never was is not.
  if (successorId === null) throw notFound();
  const successors = await successorsOf(key, keys.get);
  const successorIds = successors.map(({ id }) => id);
  const rotatedAtMs = rotatedAt(key, successors[0]);
  const range = hoursUpTo(nowMs, Math.max(rotatedAtMs, nowMs - maxShownMs));
  const [lastUses, oldHours, ...newHours] = await Promise.all([
    usage.lastUses([keyId, ...successorIds]),
    ...[keyId, ...successorIds].map((id) => usage.hours(id, range)),
  ]);
  const newLastUseAt = latestOf(activeIds(successors, nowMs).map((id) => lastUses.get(id)?.at));
  const { rotationQuietHours: requiredQuietHours } = policy;
  const facts = { keyId, successorId, rotatedAtMs, lastUse: lastUses.get(keyId) ?? null, newLastUseAt, requiredQuietHours, nowMs };
  return { status: 200, body: describeRotation({ ...facts, oldHours: oldHours ?? [], newHours: newHours.flat() }) };
};

/** A successor is made by the rotation; one that is deleted by now leaves the last change of the old key. */
function rotatedAt(key: KeyRecord, successor: KeyRecord | undefined): number {
  return Date.parse(successor?.createdAt ?? key.updatedAt);
}

function hoursUpTo(nowMs: number, startMs: number) {
  return { fromMs: Math.floor(startMs / hourMs) * hourMs, toMs: Math.floor(nowMs / hourMs) * hourMs + hourMs };
}
