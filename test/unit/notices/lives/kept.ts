import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { expect } from 'vitest';
import { iso } from './oracle.ts';
import type { KeyLife } from './oracle.ts';
import { stage } from './stage.ts';
import type { World } from './world.ts';

/** The events of each organization are numbered without a gap, and each is sealed over the one before it. */
export function expectChains(world: World): void {
  for (const organizationId of world.oracle.organizations.keys()) {
    const chain = world.ledger.events.filter((event) => event.organizationId === organizationId);
    let previous = '0'.repeat(64);
    for (const [index, { hash, ...unsealed }] of chain.entries()) {
      expect(unsealed.sequence).toBe(index + 1);
      expect(unsealed.previousHash).toBe(previous);
      previous = createHash('sha256').update(canonicalize(unsealed) ?? '').digest('hex');
      expect(hash).toBe(previous);
    }
  }
}

/** The plan's count is that of the keys that hold a place, and those are the ones that should. */
export function expectPlaces(world: World): void {
  const keys = [...world.oracle.keys.values()];
  const counted = stage.items('PLACES#').reduce((sum, { keyCount }) => sum + Number(keyCount), 0);
  expect(counted).toBe(keys.filter(({ holdsPlace }) => holdsPlace).length);
  const records = stage.items('KEY#').filter(({ countsTowardPlan }) => countsTowardPlan === true);
  expect(records.map(({ id }) => id).sort()).toEqual(keys.filter(({ holdsPlace, isPurged }) => holdsPlace && !isPurged).map(({ id }) => id).sort());
}

/** Each key stands in the indexes of dates under its own dates, and once it is revoked in none. */
export function expectIndexes(world: World): void {
  // Beside each key stands a reminder to look at its use, which is no part of this model.
  const keys = stage.items('KEY#').filter(({ sk }) => sk === 'KEY');
  const found = keys.map(({ id, gsi2pk, gsi2sk, gsi3pk, gsi3sk, expiresAt, rotateBy }) => ({ id, gsi2pk: unsharded(gsi2pk), gsi2sk, gsi3pk: unsharded(gsi3pk), gsi3sk, expiresAt, rotateBy }));
  const due = [...world.oracle.keys.values()].filter(({ isPurged }) => !isPurged).map(placesOf);
  expect(found.sort(byId)).toEqual(due.sort(byId));
}

/** Nothing waits to be mailed. */
export function expectNoneWaiting(): void {
  expect(stage.items('OUTBOX#').filter(({ sk }) => String(sk).startsWith('MAIL#'))).toEqual([]);
}

/** A rotation that was due before an expiry was given is looked for again from then on: the key may have been expired. */
function placesOf({ id, expiresMs, givenMs, rotateMs, revokedMs }: KeyLife) {
  const dates = { expiresAt: isoOrNull(expiresMs), rotateBy: isoOrNull(rotateMs) };
  if (revokedMs !== null) return { id, ...dates, gsi2pk: undefined, gsi2sk: undefined, gsi3pk: undefined, gsi3sk: undefined };
  const [gsi2pk, gsi2sk] = placeOf('EXPIRY', id, expiresMs);
  const [gsi3pk, gsi3sk] = placeOf('ROTATION', id, rotateMs === null ? null : Math.max(rotateMs, givenMs));
  return { id, ...dates, gsi2pk, gsi2sk, gsi3pk, gsi3sk };
}

function placeOf(name: string, id: unknown, ms: number | null): [string?, string?] {
  return ms === null ? [] : [`${name}#${iso(ms).slice(0, 10)}#`, `${iso(ms)}#${String(id)}`];
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

function unsharded(partition: unknown): string | undefined {
  return typeof partition === 'string' ? partition.replace(/[0-7]$/, '') : undefined;
}

function byId(a: { id?: unknown }, b: { id?: unknown }): number {
  return String(a.id) < String(b.id) ? -1 : 1;
}
