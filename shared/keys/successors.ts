import type { KeyRecord } from './key.ts';
import { deriveStatus } from './status.ts';

// A key that is rotated daily, with the old ones left to be revoked on evidence, has fewer than this.
const maxFollowed = 20;

/**
 * The keys that have taken the place of a key, nearest first: its successor, the successor of that, and so on. It ends
 * where one is deleted by now.
 */
export async function successorsOf(key: KeyRecord, get: (keyId: string) => Promise<KeyRecord | null>): Promise<KeyRecord[]> {
  const successors: KeyRecord[] = [];
  for (let id = key.replacedBy; id !== null && successors.length < maxFollowed; ) {
    const next = await get(id);
    if (next === null) break;
    successors.push(next);
    id = next.replacedBy;
  }
  return successors;
}

/** Ids of those that open anything. Nobody can have moved to a key that no longer works. */
export function activeIds(keys: readonly KeyRecord[], nowMs: number): string[] {
  return keys.filter((key) => deriveStatus(key, nowMs) === 'active').map(({ id }) => id);
}

/** The latest of the times, in ISO 8601 and UTC; null for none. */
export function latestOf(times: readonly (string | undefined)[]): string | null {
  return times.filter((at) => at !== undefined).toSorted().at(-1) ?? null;
}
