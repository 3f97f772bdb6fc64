import { describe, expect, it } from 'vitest';
import { pinStore } from '../../../shared/pins/store.ts';
import type { TryOutcome } from '../../../shared/pins/store.ts';
import { useKeysTable } from '../../support/keysTable.ts';

const keys = useKeysTable();
const context = { actor: { type: 'system', id: 'test', name: 'Test' }, ip: null, userAgent: null, requestId: null } as const;
const noon = Date.UTC(2026, 10, 22, 12);
const minuteMs = 60_000;

function write(memberId: string, hash: string, current: string | null): Promise<string> {
  const writes = [pinStore(keys()).set(memberId, hash, current)];
  return keys().events().commit({ organizationId: 'org_pins', context, drafts: [{ type: 'member.pin_set' }], writes }).then((outcome) => (outcome.done ? 'done' : outcome.refusedBy));
}

async function tries(memberId: string, count: number, atMs: number): Promise<TryOutcome[]> {
  const outcomes: TryOutcome[] = [];
  for (let tried = 0; tried < count; tried += 1) outcomes.push(await pinStore(keys()).beginTry(memberId, atMs + tried));
  return outcomes;
}

describe('a PIN', () => {
  it('is set once where there is none, and over the one that was shown', async () => {
    expect(await write('mem_a', 'first', null)).toBe('done');
    expect(await write('mem_a', 'second', null)).toBe('pin');
    expect(await write('mem_a', 'second', 'guessed')).toBe('pin');
    expect(await write('mem_a', 'second', 'first')).toBe('done');
    expect(await write('mem_none', 'second', 'first')).toBe('pin');
    expect(await pinStore(keys()).exists('mem_a')).toBe(true);
    expect(await pinStore(keys()).exists('mem_none')).toBe(false);
  });
});

describe('tries', () => {
  it('are five; then the PIN is locked, for fifteen minutes from the last', async () => {
    await write('mem_b', 'hash', null);
    const outcomes = await tries('mem_b', 6, noon);
    expect(outcomes.map((outcome) => (outcome.kind === 'counted' ? outcome.remaining : outcome.kind))).toEqual([4, 3, 2, 1, 0, 'locked']);
    expect(outcomes[0]).toMatchObject({ hash: 'hash' });
    expect(outcomes[5]).toEqual({ kind: 'locked', untilMs: noon + 4 + 15 * minuteMs });
    const { beginTry } = pinStore(keys());
    expect((await beginTry('mem_b', noon + 4 + 15 * minuteMs - 1)).kind).toBe('locked');
    expect(await beginTry('mem_b', noon + 4 + 15 * minuteMs)).toEqual({ kind: 'counted', hash: 'hash', remaining: 4 });
  });

  it('while it is locked do not lock it for longer', async () => {
    await write('mem_c', 'hash', null);
    await tries('mem_c', 5, noon);
    await tries('mem_c', 20, noon + 10 * minuteMs);
    expect((await pinStore(keys()).beginTry('mem_c', noon + 4 + 15 * minuteMs)).kind).toBe('counted');
  });

  it('are forgotten after a right one', async () => {
    await write('mem_d', 'hash', null);
    await tries('mem_d', 4, noon);
    await pinStore(keys()).forgetTries('mem_d');
    expect(await pinStore(keys()).beginTry('mem_d', noon)).toMatchObject({ remaining: 4 });
  });

  it('go with the PIN that they were about: a new one is not locked', async () => {
    await write('mem_e', 'hash', null);
    await tries('mem_e', 5, noon);
    await keys().events().commit({ organizationId: 'org_pins', context, drafts: [{ type: 'member.pin_reset' }], writes: [pinStore(keys()).remove('mem_e')] });
    expect(await pinStore(keys()).beginTry('mem_e', noon)).toEqual({ kind: 'not_set' });
    await write('mem_e', 'another', null);
    expect(await pinStore(keys()).beginTry('mem_e', noon)).toMatchObject({ kind: 'counted', hash: 'another', remaining: 4 });
  });

  it('are forgotten without a fault where the PIN was reset in the meantime', async () => {
    await expect(pinStore(keys()).forgetTries('mem_gone')).resolves.toBeUndefined();
    expect(await pinStore(keys()).exists('mem_gone')).toBe(false);
  });

  it('are counted one by one: of fifty at once, five are looked at', async () => {
    await write('mem_f', 'hash', null);
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => pinStore(keys()).beginTry('mem_f', noon + index)));
    expect(outcomes.filter(({ kind }) => kind === 'counted')).toHaveLength(5);
    expect(outcomes.filter(({ kind }) => kind === 'locked')).toHaveLength(45);
    const remaining = outcomes.flatMap((outcome) => (outcome.kind === 'counted' ? [outcome.remaining] : []));
    expect(remaining.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('at once when the lock is over are five again', async () => {
    await write('mem_g', 'hash', null);
    await tries('mem_g', 5, noon);
    const later = noon + 16 * minuteMs;
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => pinStore(keys()).beginTry('mem_g', later)));
    expect(outcomes.filter(({ kind }) => kind === 'counted').length).toBeLessThanOrEqual(5);
    expect(outcomes.filter(({ kind }) => kind === 'counted').length).toBeGreaterThanOrEqual(1);
  });
});
