import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ChangeContext, EventDraft, GatewardenEvent } from './event.ts';

/** The last event of an organization's chain. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
  /** When it happened; no later link says that it was earlier, whatever the clock of its writer. */
  readonly at: string;
}

export const emptyChain: ChainHead = { sequence: 0, hash: '0'.repeat(64), at: '' };

/** Makes drafts the next links of a chain. */
export function appendToChain(options: {
  head: ChainHead;
  organizationId: string;
  drafts: readonly EventDraft[];
  context: ChangeContext;
  at: string;
  newEventId: () => string;
}): GatewardenEvent[] {
  const { organizationId, context } = options;
  let { head } = options;
  const at = options.at < head.at ? head.at : options.at;
  return options.drafts.map((draft) => {
    const unsealed = {
      id: options.newEventId(),
      organizationId,
      sequence: head.sequence + 1,
      type: draft.type,
      at,
      actor: context.actor,
      ...(draft.keyId === undefined ? {} : { keyId: draft.keyId }),
      ...(draft.changes === undefined ? {} : { changes: [...draft.changes] }),
      ip: context.ip,
      userAgent: context.userAgent,
      requestId: context.requestId,
      previousHash: head.hash,
    };
    const event = { ...unsealed, hash: hashEvent(unsealed) };
    head = { sequence: event.sequence, hash: event.hash, at };
    return event;
  });
}

/** SHA-256, in hex, over the canonical JSON (RFC 8785) of an event without its `hash`. */
export function hashEvent(unsealed: Omit<GatewardenEvent, 'hash'>): string {
  const canonical = canonicalize(unsealed);
  if (canonical === undefined) throw new Error('An event could not be written as canonical JSON.');
  return createHash('sha256').update(canonical).digest('hex');
}
