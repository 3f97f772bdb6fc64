import { describe, expect, it } from 'vitest';
import { recordUse } from '../../../functions/jobs/sweep/recordUse.ts';
import type { UseSweeping } from '../../../functions/jobs/sweep/recordUse.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import { sampleKey, sampleOrganization } from '../samples.ts';

// On 22 November, 08:00, the first key was rotated with autoRevoke to the second, and that later to the third.
const [first, second, third] = ['key_first0000000', 'key_second000000', 'key_third0000000'] as const;
const now = '2026-11-24T09:00:00.000Z';
const dead = { revokedAt: '2026-11-23T09:00:00.000Z' };

interface Line {
  readonly second?: Partial<KeyRecord>;
  readonly third?: Partial<KeyRecord>;
  /** Last uses, by key id. */
  readonly uses: Readonly<Record<string, string>>;
  /** Keys that were let through within the quiet hours. */
  readonly served: readonly string[];
}

/** What a sweep records of the first key, a day after its grace has ended: `revoked`, `still_in_use` with its verdict, or nothing. */
async function recorded({ uses, served, ...changed }: Line): Promise<unknown[]> {
  const keys = [
    sampleKey({ id: first, replacedBy: second, graceEndsAt: '2026-11-23T08:00:00.000Z', expiresAt: null }),
    sampleKey({ id: second, replacedBy: third, createdAt: '2026-11-22T08:00:00.000Z', ...changed.second }),
    sampleKey({ id: third, createdAt: '2026-11-22T20:00:00.000Z', ...changed.third }),
  ];
  const committed: unknown[] = [];
  const sweeping = {
    startMs: Date.parse(now),
    unusedDays: 90,
    recipients: async () => [],
    lastUses: async () => new Map(Object.entries(uses)),
    isServedSince: async (keyId: string) => served.includes(keyId),
    stores: {
      keys: { get: async (keyId: string) => keys.find(({ id }) => id === keyId) ?? null, revoke: () => [] },
      due: { stillDue: () => ({}) },
      notices: { recorded: async () => new Set(), record: () => ({}), putInOutbox: () => [] },
      events: {
        commit: async ({ drafts: [draft] }: { drafts: { type: string; changes: { to: unknown }[] }[] }) => {
          committed.push(draft?.type === 'key.still_in_use' ? [draft.type, draft.changes[0]?.to] : draft?.type);
          return { done: true };
        },
      },
    },
  };
  await recordUse(sweeping as unknown as UseSweeping, first, sampleOrganization({}));
  return committed;
}

describe('a key that was rotated with autoRevoke, whose successor was rotated in turn,', () => {
  const [longAgo, lately] = ['2026-11-22T09:00:00.000Z', '2026-11-24T08:30:00.000Z'];

  it.each([
    ['the second has ended', { second: { expiresAt: '2026-11-23T20:00:00.000Z' }, uses: { [first]: longAgo, [second]: longAgo, [third]: lately }, served: [third] }],
    ['the second was revoked', { second: dead, uses: { [first]: longAgo, [third]: lately }, served: [third] }],
    ['both work, and its callers stay with the second', { uses: { [first]: longAgo, [second]: lately }, served: [second] }],
  ])('is revoked once it is quiet: %s', async (_, line) => {
    expect(await recorded(line)).toEqual(['key.revoked']);
  });

  it.each([
    ['the third was never used', { second: dead, uses: { [first]: longAgo, [second]: longAgo }, served: [second] }],
    ['the third is switched off', { second: dead, third: { active: false }, uses: { [first]: longAgo, [third]: lately }, served: [third] }],
    ['the third has expired', { second: dead, third: { expiresAt: '2026-11-24T08:45:00.000Z' }, uses: { [third]: lately }, served: [third] }],
    ['the third was revoked', { second: dead, third: dead, uses: { [third]: lately }, served: [third] }],
    ['the third is only ever refused', { second: dead, uses: { [first]: longAgo, [third]: lately }, served: [] }],
  ])('is warned of and not revoked, as it may be the last that works: %s', async (_, line) => {
    expect(await recorded(line)).toEqual([['key.still_in_use', 'not_started']]);
  });

  it('is warned of as moving while both it and the third are in use', async () => {
    expect(await recorded({ second: dead, uses: { [first]: lately, [third]: lately }, served: [third] })).toEqual([['key.still_in_use', 'moving']]);
  });
});
