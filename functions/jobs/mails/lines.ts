import type { KeyRecord } from '../../../shared/keys/key.ts';
import { isExpired } from '../../../shared/keys/status.ts';
import type { Notice, NoticeLine } from '../../../shared/notices/notice.ts';

/** The lines of a mail: what still holds of the notices, one line a key and thing to tell. */
export function linesOf(options: {
  notices: readonly Notice[];
  keys: ReadonlyMap<string, KeyRecord | null>;
  lastUses: ReadonlyMap<string, string>;
  nowMs: number;
}): NoticeLine[] {
  const lines = options.notices.flatMap((notice): [string, NoticeLine][] => {
    const key = options.keys.get(notice.keyId) ?? null;
    const lastUsedAt = options.lastUses.get(notice.keyId) ?? null;
    if (key === null || !stillHolds(notice, { key, lastUsedAt, nowMs: options.nowMs })) return [];
    return [[`${notice.kind} ${key.id} ${notice.at}`, { notice, key, lastUsedAt }]];
  });
  return [...new Map(lines).values()];
}

/** A warning that was left unsent is dropped once its key is dead, renewed, rotated or used again; what was done stays done. */
function stillHolds({ kind, at }: Notice, { key, lastUsedAt, nowMs }: { key: KeyRecord; lastUsedAt: string | null; nowMs: number }): boolean {
  const isRevoked = key.revokedAt !== null;
  const isOver = isRevoked || isExpired(key.expiresAt, nowMs);
  switch (kind) {
    case 'expiring':
      return !isOver && key.expiresAt === at;
    case 'expired':
      return !isRevoked && key.expiresAt === at;
    case 'rotation_due':
      return !isOver && key.replacedBy === null && key.rotateBy === at;
    case 'unused':
      return !isOver && key.replacedBy === null && !(lastUsedAt !== null && lastUsedAt > at);
    case 'still_in_use':
      return !isOver;
    case 'created':
    case 'rotated':
    case 'revoked':
    case 'deactivated':
      return true;
  }
}
