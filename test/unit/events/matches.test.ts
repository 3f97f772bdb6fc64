import { describe, expect, it } from 'vitest';
import { listEventsQuery } from '../../../shared/events/listQuery.ts';
import { isBefore, matchesEvent } from '../../../shared/events/matches.ts';
import { chainOf } from './exported.ts';

const [event] = chainOf(1);

function passes(query: Record<string, unknown>): boolean {
  const { limit: _limit, ...filters } = listEventsQuery.parse(query);
  return event !== undefined && matchesEvent(event, filters);
}

describe('a filter of events', () => {
  it.each([
    [{}, true],
    [{ type: ['key.updated'] }, true],
    [{ type: ['key.revoked', 'key.updated'] }, true],
    [{ type: ['key.revoked'] }, false],
    [{ actor: 'mem_1' }, true],
    [{ actor: 'mem_2' }, false],
    [{ actor: 'Ada' }, false],
    [{ from: '2026-11-22T08:00:00Z' }, true],
    [{ from: '2026-11-22T08:00:00.001Z' }, false],
    [{ from: '2026-11-22T09:00:00+01:00' }, true],
    [{ to: '2026-11-22T08:00:00Z' }, false],
    [{ to: '2026-11-22T08:00:00.001Z' }, true],
    [{ type: ['key.updated'], actor: 'mem_2' }, false],
  ])('%j lets an event of mem_1 at eight pass: %s', (query, expected) => {
    expect(passes(query)).toBe(expected);
  });

  it.each([{ type: ['key.burnt'] }, { type: 'key.updated' }, { from: 'yesterday' }, { to: '2026-11-22' }, { limit: 0 }, { limit: 101 }, { color: 'red' }, { actor: 'x'.repeat(65) }])('%j is refused', (query) => {
    expect(listEventsQuery.safeParse(query).success).toBe(false);
  });

  it('knows when nothing older can match', () => {
    expect(event && isBefore(event, '2026-11-22T08:00:00.001Z')).toBe(true);
    expect(event && isBefore(event, undefined)).toBe(false);
  });
});
