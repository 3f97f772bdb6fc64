import { appendToChain, emptyChain } from '../../../shared/events/chain.ts';
import type { ChainHead } from '../../../shared/events/chain.ts';
import type { GatewardenEvent } from '../../../shared/events/event.ts';

/** A chain of events, oldest first. */
export function chainOf(length: number, options: { organizationId?: string; head?: ChainHead } = {}): GatewardenEvent[] {
  const { organizationId = 'org_000000000001', head = emptyChain } = options;
  let made = head.sequence;
  return appendToChain({
    head,
    organizationId,
    drafts: Array.from({ length }, (_, index) => ({ type: 'key.updated' as const, keyId: 'key_1', changes: [{ field: 'name', from: null, to: `N${index}` }] })),
    context: { actor: { type: 'member', id: 'mem_1', name: 'Ada' }, ip: '192.0.2.7', userAgent: null, requestId: 'req_1' },
    at: '2026-11-22T08:00:00.000Z',
    newEventId: () => `evt_${(made += 1)}`,
  });
}

/** Lines of an export, as a file that ends with a line break splits into. */
export function linesOf(events: readonly object[]): string[] {
  return [...events.map((event) => JSON.stringify(event)), ''];
}
