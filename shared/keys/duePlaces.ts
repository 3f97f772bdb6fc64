import { shardOf } from '../shard.ts';
import { dayMs, toIso } from '../time.ts';
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
  if (isRetiring(key)) return { ...placeAt('expiresAt', key), ...retiringPlace(key) };
  return { ...placeAt('expiresAt', key), ...placeAt('rotateBy', key) };
}

/** Whether a key was rotated and is to be revoked once nobody uses it. Its own rotation is no question any more. */
export function isRetiring({ graceEndsAt, replacedBy, revokedAt }: KeyRecord): boolean {
  return graceEndsAt !== null && replacedBy !== null && revokedAt === null;
}

function placeAt(date: DueDate, key: KeyRecord): Record<string, string> {
  const at = dueAt(key, date);
  const { pk, sk } = indexes[date];
  return at === null ? {} : { [pk]: partitionOf(date, at, shardOf(key.id, shardCount)), [sk]: `${at}#${key.id}` };
}

function retiringPlace({ id, expiresAt }: KeyRecord): Record<string, string> {
  const { pk, sk } = indexes.rotateBy;
  return { [pk]: retiringPartition(shardOf(id, shardCount)), [sk]: `${expiresAt ?? 'never'}#${id}` };
}

/** `RETIRING#3`: one shard of the keys that are to be revoked once nobody uses them. */
export function retiringPartition(shard: number): string {
  return `RETIRING#${shard}`;
}

/** `UNUSED#2026-11-22#3`: one shard of the reminders to see whether a key was ever used. */
export function unusedPartition(at: string, shard: number): string {
  return `UNUSED#${at.slice(0, at.indexOf('T'))}#${shard}`;
}

/** Beside a new key: when to see whether it was ever used. TTL deletes it a month later. */
export function unusedReminder({ id, createdAt }: KeyRecord, unusedDays: number): Record<string, unknown> {
  const at = toIso(Date.parse(createdAt) + unusedDays * dayMs);
  const { pk, sk } = indexes.rotateBy;
  return {
    pk: `KEY#${id}`,
    sk: 'UNUSED',
    [pk]: unusedPartition(at, shardOf(id, shardCount)),
    [sk]: `${at}#${id}`,
    purgeAt: Math.ceil((Date.parse(at) + 30 * dayMs) / 1000),
  };
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
