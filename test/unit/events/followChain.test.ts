import { describe, expect, it } from 'vitest';
import { appendToChain, emptyChain } from '../../../shared/events/chain.ts';
import { signCheckpoint, signingKey } from '../../../shared/events/checkpoint.ts';
import type { GatewardenEvent } from '../../../shared/events/event.ts';
import { followChain } from '../../../shared/events/followChain.ts';

const organizationId = 'org_1';
let made = 0;
const events = appendToChain({
  head: emptyChain,
  organizationId,
  at: '2026-11-22T08:00:00.000Z',
  newEventId: () => `evt_${(made += 1)}`,
  drafts: Array.from({ length: 5 }, (_, index) => ({ type: 'key.updated' as const, keyId: `key_${index}` })),
  context: { actor: { type: 'system', id: 'x', name: 'X' }, ip: null, userAgent: null, requestId: null },
});
const last = events[4] as GatewardenEvent;
const kept = { organizationId, oldestKeptAt: '2025-10-18T08:00:00.000Z' };
const head = { sequence: 5, hash: last.hash, at: last.at };

/** A log that hands out two events a page. */
function logOf(stored: readonly GatewardenEvent[]) {
  return {
    async page(_: string, before: number | null) {
      const rows = stored.filter(({ sequence }) => sequence < (before ?? Infinity)).toSorted((a, b) => b.sequence - a.sequence);
      return { rows: rows.slice(0, 2), hasMore: rows.length > 2 };
    },
  };
}

function checkpointAt(sequence: number, hash = events[sequence - 1]?.hash ?? '') {
  return signCheckpoint({ organizationId, sequence, hash, at: '2026-11-22T09:00:00.000Z' }, signingKey('x'.repeat(64)));
}

describe('the chain that is about to be signed', () => {
  it('holds where every link does, over several pages, from the beginning or since a checkpoint', async () => {
    expect(await followChain(logOf(events), { ...kept, head, checkpoint: null })).toBeNull();
    expect(await followChain(logOf(events), { ...kept, head, checkpoint: checkpointAt(3) })).toBeNull();
  });

  it('holds where TTL has taken the oldest', async () => {
    expect(await followChain(logOf(events.slice(2)), { ...kept, head, checkpoint: null })).toBeNull();
  });

  it.each<[string, readonly GatewardenEvent[], string]>([
    ['a changed field', events.map((event) => (event.sequence === 2 ? { ...event, ip: '192.0.2.1' } : event)), 'event 2 was changed'],
    ['a missing event', events.filter(({ sequence }) => sequence !== 3), 'event 3 is missing'],
    ['a changed last event', events.map((event) => (event.sequence === 5 ? { ...event, keyId: 'key_9' } : event)), 'event 5 was changed'],
    ['the last event gone', events.slice(0, 4), 'event 5 is missing'],
    ['all events gone', [], 'event 5 is missing'],
  ])('is broken by %s', async (_, stored, fault) => {
    expect(await followChain(logOf(stored), { ...kept, head, checkpoint: null })).toBe(fault);
  });

  it('is broken where what was written since a checkpoint is gone, and TTL cannot have taken it yet', async () => {
    const options = { ...kept, head, checkpoint: checkpointAt(2) };
    expect(await followChain(logOf(events.slice(3)), options)).toBe('event 3 is missing');
    expect(await followChain(logOf(events.slice(2)), options)).toBeNull();
    expect(await followChain(logOf(events.slice(3)), { ...options, oldestKeptAt: '2026-11-22T09:00:00.000Z' })).toBeNull();
    expect(await followChain(logOf([]), { ...options, oldestKeptAt: '2026-11-22T08:00:00.000Z' })).toBeNull();
  });

  it('is broken where a checkpoint was signed for something else', async () => {
    expect(await followChain(logOf(events), { ...kept, head, checkpoint: checkpointAt(3, 'f'.repeat(64)) })).toBe('event 3 is not what was signed');
  });
});
