import type { KeyRecord } from '../keys/key.ts';
import { deriveStatus } from '../keys/status.ts';
import { dayMs } from '../time.ts';
import type { DueNotice } from './due.ts';

/**
 * That nobody has used a key for so many days, once for each time that it falls silent. Not for one that is dead or
 * switched off, nor for one that has a successor: it is expected to fall silent.
 */
export function unusedNotice(options: { key: KeyRecord; lastUsedAt: string | null; unusedDays: number; nowMs: number }): DueNotice[] {
  const { key, lastUsedAt, nowMs } = options;
  const since = lastUsedAt ?? key.createdAt;
  const isSilent = nowMs - Date.parse(since) >= options.unusedDays * dayMs;
  if (!isSilent || key.replacedBy !== null || deriveStatus(key, nowMs) !== 'active') return [];
  const changes = [{ field: 'lastUsedAt', from: lastUsedAt, to: lastUsedAt }];
  return [{ kind: 'unused', eventType: 'key.unused', date: 'expiresAt', at: since, marks: [`unused#${since}`], changes }];
}
