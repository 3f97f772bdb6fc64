import type { KeyRecord } from './key.ts';

/** The dates of a key that something is done at. */
export type DueDate = 'expiresAt' | 'rotateBy';

// A day on which a great many keys expire is spread over this many partitions of the index.
export const shardCount = 8;

const indexes = {
  expiresAt: { index: 'byExpiry', partition: 'EXPIRY', pk: 'gsi2pk', sk: 'gsi2sk' },
  rotateBy: { index: 'byRotation', partition: 'ROTATION', pk: 'gsi3pk', sk: 'gsi3sk' },
} as const satisfies Record<DueDate, object>;

/** What a record holds for the indexes of its dates. */
export const dueAttributes = Object.values(indexes).flatMap(({ pk, sk }) => [pk, sk]);

export function indexOf(date: DueDate) {
  return indexes[date];
}

/** The attributes that put a key into the indexes of its dates: sparse, none for a date that it lacks or once it is revoked. */
export function duePlaces(key: KeyRecord): Record<string, string> {
  if (key.revokedAt !== null) return {};
  const places = (['expiresAt', 'rotateBy'] as const).flatMap((date) => {
    const at = dueAt(key, date);
    const { pk, sk } = indexes[date];
    return at === null ? [] : [[pk, partitionOf(date, at, shardOf(key.id))], [sk, `${at}#${key.id}`]];
  });
  return Object.fromEntries(places) as Record<string, string>;
}

/**
 * When a date of a key is to be looked at; null for none. A rotation that fell due while the key was expired is, once
 * the key has been given another expiry.
 */
export function dueAt({ expiresAt, rotateBy, expirySetAt }: KeyRecord, date: DueDate): string | null {
  if (date === 'expiresAt' || rotateBy === null) return date === 'expiresAt' ? expiresAt : null;
  return expirySetAt !== null && expirySetAt > rotateBy ? expirySetAt : rotateBy;
}

/** `EXPIRY#2026-11-22#3`: one shard of one day, in UTC. */
export function partitionOf(date: DueDate, at: string, shard: number): string {
  return `${indexes[date].partition}#${at.slice(0, at.indexOf('T'))}#${shard}`;
}

function shardOf(keyId: string): number {
  return [...keyId].reduce((sum, character) => sum + character.charCodeAt(0), 0) % shardCount;
}
