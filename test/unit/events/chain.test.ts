import type { ChainHead } from '../../../shared/events/chain.ts';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendToChain, emptyChain, hashEvent } from '../../../shared/events/chain.ts';
import { eventSchema } from '../../../shared/events/event.ts';
import type { ChangeContext, EventDraft, GatewardenEvent } from '../../../shared/events/event.ts';
import { anyText } from '../anyText.ts';

const zoe: ChangeContext = {
  actor: { type: 'member', id: 'mem_1', name: 'Zoë' },
  ip: '192.0.2.7',
  userAgent: null,
  requestId: 'req_1',
};
const drafts: EventDraft[] = [
  {
    type: 'key.created',
    keyId: 'key_1',
    changes: [
      { field: 'name', from: null, to: 'Café' },
      { field: 'tags', from: null, to: { b: '2', a: '1' } },
    ],
  },
  { type: 'key.revoked' },
];
// SHA-256 by Python's hashlib over json.dumps(…, sort_keys=True, separators=(',', ':'), ensure_ascii=False).
const firstHash = '7e920047ff70c4647737fc644bc5b928f281545e2eb93652e7e466dad806ecdd';
const secondHash = '4e2c08fbe3ef9a76fa846b30ab295d18336bf7ddde2747a19bf5e1b80a8c4928';

function appended(options: { drafts?: EventDraft[]; context?: ChangeContext; head?: ChainHead } = {}) {
  let made = 0;
  return appendToChain({
    head: emptyChain,
    organizationId: 'org_1',
    at: '2026-11-22T08:00:00.000Z',
    newEventId: () => `evt_${(made += 1)}`,
    drafts,
    context: zoe,
    ...options,
  });
}

/** Written apart from the code: sorted keys all the way down, then SHA-256. */
function independentHash(event: GatewardenEvent): string {
  const sorted = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value).filter(([name]) => name !== 'hash').sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sorted(member)}`).join(',')}}`;
  };
  return createHash('sha256').update(sorted(event), 'utf8').digest('hex');
}

describe('a chain of events', () => {
  it('begins at 1 after 64 zeros, and each event holds the hash of the one before', () => {
    expect(appended()).toEqual([
      {
        id: 'evt_1',
        organizationId: 'org_1',
        sequence: 1,
        type: 'key.created',
        at: '2026-11-22T08:00:00.000Z',
        actor: { type: 'member', id: 'mem_1', name: 'Zoë' },
        keyId: 'key_1',
        changes: [
          { field: 'name', from: null, to: 'Café' },
          { field: 'tags', from: null, to: { b: '2', a: '1' } },
        ],
        ip: '192.0.2.7',
        userAgent: null,
        requestId: 'req_1',
        previousHash: '0000000000000000000000000000000000000000000000000000000000000000',
        hash: firstHash,
      },
      {
        id: 'evt_2',
        organizationId: 'org_1',
        sequence: 2,
        type: 'key.revoked',
        at: '2026-11-22T08:00:00.000Z',
        actor: { type: 'member', id: 'mem_1', name: 'Zoë' },
        ip: '192.0.2.7',
        userAgent: null,
        requestId: 'req_1',
        previousHash: firstHash,
        hash: secondHash,
      },
    ]);
  });

  it('goes on from its head', () => {
    const [event] = appended({ head: { sequence: 41, hash: 'f'.repeat(64), at: '2026-11-22T07:59:59.000Z' }, drafts: [{ type: 'key.updated' }] });
    expect(event).toMatchObject({ sequence: 42, previousHash: 'f'.repeat(64) });
  });

  it('never goes back in time, whatever the clock of a writer says', () => {
    const [event, next] = appended({ head: { sequence: 41, hash: 'f'.repeat(64), at: '2026-11-22T08:00:00.007Z' } });
    expect([event?.at, next?.at]).toEqual(['2026-11-22T08:00:00.007Z', '2026-11-22T08:00:00.007Z']);
  });

  it('holds events that the schema takes', () => {
    for (const event of appended()) expect(eventSchema.parse(event)).toEqual(event);
  });
});

describe('the hash of an event', () => {
  it('can be computed again by anyone who can sort keys, whatever the event says', () => {
    const text = anyText({ maxLength: 20 });
    const json = fc.oneof(text, fc.boolean(), fc.integer(), fc.constant(null), fc.array(text, { maxLength: 3 }), fc.dictionary(text, text, { maxKeys: 4 }));
    fc.assert(
      fc.property(text, fc.option(text), fc.array(json, { maxLength: 4 }), (name, userAgent, values) => {
        const changes = values.map((to, index) => ({ field: `f${index}`, from: null, to }));
        const context = { ...zoe, actor: { ...zoe.actor, name }, userAgent };
        const [event] = appended({ context, drafts: [{ type: 'key.updated', changes }] });
        expect(event?.hash).toBe(event && independentHash(event));
      }),
    );
  });

  it.each<[string, Partial<GatewardenEvent>]>([
    ['id', { id: 'evt_x' }],
    ['organization', { organizationId: 'org_2' }],
    ['sequence', { sequence: 2 }],
    ['type', { type: 'key.updated' }],
    ['time', { at: '2026-11-22T08:00:00.001Z' }],
    ['actor', { actor: { type: 'member', id: 'mem_1', name: 'Zoe' } }],
    ['key', { keyId: 'key_2' }],
    ['changes', { changes: [] }],
    ['address', { ip: null }],
    ['user agent', { userAgent: 'curl' }],
    ['request id', { requestId: null }],
    ['previous hash', { previousHash: 'f'.repeat(64) }],
  ])('is another when its %s is', (_, changed) => {
    const [event] = appended();
    const { hash: _hash, ...unsealed } = { ...(event as GatewardenEvent), ...changed };
    expect(hashEvent(unsealed)).not.toBe(firstHash);
  });
});
