import { isRetiring } from '../keys/duePlaces.ts';
import type { KeyRecord } from '../keys/key.ts';
import { deriveStatus } from '../keys/status.ts';
import { dayMs } from '../time.ts';
import { judgeRotation } from '../usage/rotation.ts';
import type { RotationVerdict } from '../usage/rotation.ts';
import type { DueNotice } from './due.ts';

export type Retirement = { readonly kind: 'wait' } | { readonly kind: 'revoke' } | { readonly kind: 'warn'; readonly notice: DueNotice };

const warnEveryMs = 7 * dayMs;

/**
 * What becomes of a key that was rotated with `autoRevoke`: it is revoked once nobody uses it any more and what has taken
 * its place is being served. One that is still in use, or whose successors are not, when its grace has ended is warned
 * of, and again each week; it does not die before its own expiry.
 */
export function retire(options: {
  key: KeyRecord;
  /** What it was rotated to; its creation is the rotation. */
  successor: KeyRecord | null;
  /** Last uses in ISO 8601; null for none. */
  lastUse: string | null;
  /** The latest of the successors that work: its own, and those that have replaced that in turn. */
  successorsLastUse: string | null;
  /**
   * Whether one of those was served within the quiet hours. It shows that it works and that uses are being counted: a
   * count that has stopped looks like silence.
   */
  isSuccessorServed: boolean;
  requiredQuietHours: number;
  nowMs: number;
}): Retirement {
  const { key, successor, nowMs } = options;
  const isOver = !['active', 'inactive'].includes(deriveStatus(key, nowMs));
  if (!isRetiring(key) || key.graceEndsAt === null || isOver || successor === null) return { kind: 'wait' };
  const { verdict } = judgeRotation({
    rotatedAtMs: Date.parse(successor.createdAt),
    oldLastUseMs: msOf(options.lastUse),
    newLastUseMs: msOf(options.successorsLastUse),
    requiredQuietHours: options.requiredQuietHours,
    nowMs,
  });
  if (verdict === 'safe_to_revoke' && options.isSuccessorServed) return { kind: 'revoke' };
  const overdueMs = nowMs - Date.parse(key.graceEndsAt);
  if (overdueMs < 0 || verdict === 'quiet') return { kind: 'wait' };
  const found = verdict === 'safe_to_revoke' ? 'not_started' : verdict;
  return { kind: 'warn', notice: stillInUse(key.graceEndsAt, Math.floor(overdueMs / warnEveryMs), found) };
}

function stillInUse(graceEndsAt: string, week: number, verdict: RotationVerdict): DueNotice {
  return {
    kind: 'still_in_use',
    eventType: 'key.still_in_use',
    date: 'expiresAt',
    at: graceEndsAt,
    marks: [`still_in_use#${graceEndsAt}#${week}`],
    changes: [{ field: 'rotationVerdict', from: null, to: verdict }],
  };
}

function msOf(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}
