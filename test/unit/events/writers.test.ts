import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../shared/events/event.ts';
import { useKeysTable } from '../../support/keysTable.ts';
import { anyText } from '../anyText.ts';

const keys = useKeysTable();
let organizations = 0;

const draft: fc.Arbitrary<EventDraft> = fc.record({
  type: fc.constantFrom('key.created', 'key.revoked', 'member.invited', 'role.updated'),
  changes: fc.array(fc.record({ field: anyText({ maxLength: 8 }), from: fc.constant(null), to: fc.oneof(anyText(), fc.integer(), fc.boolean()) }), { maxLength: 3 }),
});

/** What each writer writes, one change after the other; a change may be several events. */
const writers = fc.array(fc.array(fc.array(draft, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 });

describe('any number of writers of one chain', () => {
  it('lose nothing, and leave it whole: no gap, no fork, no false link, each change’s events side by side', async () => {
    const property = fc.asyncProperty(writers, async (plans) => {
      const organizationId = `org_writers_${(organizations += 1)}`;
      const outcomes = await Promise.all(
        plans.map(async (changes, writer) => {
          const written: string[][] = [];
          for (const drafts of changes) {
            const context = { actor: { type: 'member', id: `mem_${writer}`, name: 'W' }, ip: null, userAgent: null, requestId: null } as const;
            const outcome = await keys().events().commit({ organizationId, context, drafts, writes: [] });
            if (outcome.done) written.push(outcome.events.map(({ id }) => id));
          }
          return written;
        }),
      );
      const stored = (await keys().partition(`EVENTS#${organizationId}`)).filter(({ sk }) => String(sk).startsWith('EVENT#'));
      expect(stored).toHaveLength(plans.flat(2).length);
      let previousHash = '0000000000000000000000000000000000000000000000000000000000000000';
      for (const [index, { pk: _pk, sk: _sk, purgeAt: _purgeAt, hash, ...event }] of stored.entries()) {
        expect([event['sequence'], event['previousHash']]).toEqual([index + 1, previousHash]);
        expect(createHash('sha256').update(canonicalize(event) ?? '').digest('hex')).toBe(hash);
        previousHash = String(hash);
      }
      const order = stored.map(({ id }) => String(id)).join();
      for (const ids of outcomes.flat()) expect(order).toContain(ids.join());
    });
    await fc.assert(property, { numRuns: 20 });
  });
});
