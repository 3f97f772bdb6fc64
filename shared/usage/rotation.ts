import * as z from 'zod';
import { hourMs, timestamp, toIso } from '../time.ts';
import type { UsageHour } from './hourItem.ts';
import { hourStartMs } from './hours.ts';
import type { LastUse } from './lastUseStore.ts';
import { passedAuthentication } from './refusalLine.ts';

export const rotationVerdicts = ['not_started', 'moving', 'quiet', 'safe_to_revoke'] as const;
export type RotationVerdict = (typeof rotationVerdicts)[number];

/** Silence that is none yet: usage may be seen minutes late, and clients pause. */
const shortestQuietMs = hourMs;

const count = z.int().min(0);

/** What is known of the move from a key to its successor. */
export const rotationSchema = z
  .strictObject({
    keyId: z.string(),
    successorId: z.string(),
    verdict: z.enum(rotationVerdicts),
    /** Since when the old key is silent; null while it is in use or the new one is not. */
    quietSince: timestamp.nullable(),
    requiredQuietHours: count,
    /** Of the old key; null where it was never used. */
    lastUse: z.strictObject({ at: timestamp, sourceIp: z.string().nullable(), route: z.string().nullable() }).nullable(),
    /** Uses of both keys an hour; hours without any are left out. */
    items: z.array(z.strictObject({ at: timestamp, old: count, new: count })),
  })
  .meta({ id: 'Rotation' });

export type Rotation = z.infer<typeof rotationSchema>;

/**
 * The new key is the successor, or one that has replaced that in turn, whichever works and was used last. Last uses are
 * null where there was none; all times in epoch milliseconds.
 */
export interface RotationEvidence {
  readonly rotatedAtMs: number;
  readonly oldLastUseMs: number | null;
  readonly newLastUseMs: number | null;
  readonly requiredQuietHours: number;
  readonly nowMs: number;
}

/**
 * Whether the old key can go:
 *
 * - `not_started`: nobody has used the new key; the silence of the old one proves nothing.
 * - `moving`: the new key is in use, and so is the old one: it was used within the last hour, or was replaced then.
 * - `quiet`: the old key is silent, for an hour or longer, but not for as long as required.
 * - `safe_to_revoke`: it has been silent for the required hours, and the new key is in use.
 *
 * A silence begins with the last use, and not before the rotation.
 */
export function judgeRotation(evidence: RotationEvidence): { verdict: RotationVerdict; quietSinceMs: number | null } {
  const { rotatedAtMs, oldLastUseMs, newLastUseMs, nowMs } = evidence;
  if (newLastUseMs === null) return { verdict: 'not_started', quietSinceMs: null };
  const quietSinceMs = Math.max(rotatedAtMs, oldLastUseMs ?? rotatedAtMs);
  const silentMs = nowMs - quietSinceMs;
  const requiredMs = evidence.requiredQuietHours * hourMs;
  if (silentMs >= requiredMs) return { verdict: 'safe_to_revoke', quietSinceMs };
  if (silentMs >= shortestQuietMs) return { verdict: 'quiet', quietSinceMs };
  return { verdict: 'moving', quietSinceMs: null };
}

/** What is known of a key and of those that have taken its place, and of their use since the rotation. */
export interface RotationFacts {
  readonly keyId: string;
  readonly successorId: string;
  readonly rotatedAtMs: number;
  /** Of the old key. */
  readonly lastUse: LastUse | null;
  /** Of whichever of the new keys works, in ISO 8601. */
  readonly newLastUseAt: string | null;
  readonly oldHours: readonly UsageHour[];
  readonly newHours: readonly UsageHour[];
  readonly requiredQuietHours: number;
  readonly nowMs: number;
}

/** The rotation as the API shows it. */
export function describeRotation({ keyId, successorId, lastUse, newLastUseAt, oldHours, newHours, ...rest }: RotationFacts): Rotation {
  const { requiredQuietHours } = rest;
  const { verdict, quietSinceMs } = judgeRotation({
    ...rest,
    oldLastUseMs: lastUse && Date.parse(lastUse.at),
    newLastUseMs: newLastUseAt === null ? null : Date.parse(newLastUseAt),
  });
  const quietSince = quietSinceMs === null ? null : toIso(quietSinceMs);
  return { keyId, successorId, verdict, quietSince, requiredQuietHours, lastUse, items: usesByHour(oldHours, newHours) };
}

/** Uses of the old and the new key by the hour, oldest first: what the verdict rests on, so refused authentications are none. */
export function usesByHour(old: readonly UsageHour[], successor: readonly UsageHour[]): Rotation['items'] {
  const uses = new Map<string, { old: number; new: number }>();
  const add = (hours: readonly UsageHour[], key: 'old' | 'new'): void => {
    for (const hour of hours) {
      const both = uses.get(hour.hour) ?? { old: 0, new: 0 };
      uses.set(hour.hour, { ...both, [key]: both[key] + usesOf(hour) });
    }
  };
  add(old, 'old');
  add(successor, 'new');
  return [...uses]
    .filter(([, { old, new: successor }]) => old + successor > 0)
    .map(([hour, both]) => ({ at: toIso(hourStartMs(hour)), ...both }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function usesOf({ requests, refusals }: UsageHour): number {
  return Object.entries(refusals).reduce((left, [code, refused]) => left - (passedAuthentication(code) ? 0 : refused), requests);
}
