import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashEvent } from '../../../shared/events/chain.ts';
import { signCheckpoint, signingKey } from '../../../shared/events/checkpoint.ts';
import type { GatewardenEvent } from '../../../shared/events/event.ts';
import { verifyExport } from '../../../shared/events/verifyExport.ts';
import { chainOf, linesOf } from './exported.ts';

const key = signingKey('k'.repeat(64));

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`There is no item ${index}.`);
  return item;
}

function checkpointOf(event: GatewardenEvent) {
  const { organizationId, sequence, hash } = event;
  return signCheckpoint({ organizationId, sequence, hash, at: '2026-11-22T09:00:00.000Z' }, key);
}

/** An event with other fields, its hash made to fit. */
function resealed(event: GatewardenEvent, changed: Partial<GatewardenEvent>): GatewardenEvent {
  const { hash: _hash, ...unsealed } = { ...event, ...changed };
  return { ...unsealed, hash: hashEvent(unsealed) };
}

describe('an export', () => {
  const events = chainOf(6);

  it.each([['oldest first', events], ['newest first', events.toReversed()]])('that nobody touched holds, %s', (_, inOrder) => {
    expect(verifyExport(linesOf(inOrder))).toEqual({ intact: true, events: 6, first: 1, last: 6, isComplete: true, signedUpTo: null });
  });

  it('of a part of the chain holds, and says that it is a part', () => {
    expect(verifyExport(linesOf(events.slice(2, 5)))).toEqual({ intact: true, events: 3, first: 3, last: 5, isComplete: false, signedUpTo: null });
    expect(verifyExport(linesOf(events.slice(0, 1)))).toMatchObject({ intact: true, first: 1, last: 1 });
  });

  it('may have empty lines and line ends of another system', () => {
    expect(verifyExport(['', ...linesOf(events).map((line) => `${line}\r`), '  '])).toMatchObject({ intact: true, events: 6 });
  });

  it.each<[string, Partial<GatewardenEvent>]>([
    ['actor', { actor: { type: 'member', id: 'mem_1', name: 'Eve' } }],
    ['time', { at: '2026-11-22T08:00:00.001Z' }],
    ['type', { type: 'key.revoked' }],
    ['changes', { changes: [] }],
    ['address', { ip: '192.0.2.8' }],
    ['hash', { hash: 'f'.repeat(64) }],
  ])('in which the %s of an event was changed is broken at that event', (_, changed) => {
    const forged = events.with(3, { ...at(events, 3), ...changed });
    expect(verifyExport(linesOf(forged))).toEqual({ intact: false, line: 4, sequence: 4, reason: 'was changed: its hash is not that of its fields' });
    expect(verifyExport(linesOf(forged.toReversed()))).toMatchObject({ intact: false, line: 3, sequence: 4 });
  });

  it.each([
    ['the actor', '"actor":', '"actor":{"type":"member","id":"mem_1","name":"Eve"},"actor":'],
    ['the name of the actor', '"name":', '"name" : "Eve","name":'],
    ['the name of the actor, otherwise spelt', '"name":', '"n\\u0061me":"Eve","name":'],
  ])('in which %s stands twice is broken, whichever of them a reader takes', (_, name, forged) => {
    const lines = linesOf(events).with(3, at(linesOf(events), 3).replace(name, forged));
    expect(verifyExport(lines)).toMatchObject({ intact: false, line: 4, sequence: 4, reason: expect.stringContaining('twice') });
  });

  it('whose texts look like names of fields holds', () => {
    const odd = resealed(at(events, 0), { userAgent: '"actor":{"a\\":"b","\\\\":[{},"":1', changes: [{ field: 'x', from: { '': [{}, { a: '":' }] }, to: null }] });
    expect(verifyExport(linesOf([odd]))).toMatchObject({ intact: true, events: 1 });
  });

  it('in which an event was changed and sealed anew is broken at its neighbour', () => {
    const forged = events.with(3, resealed(at(events, 3), { ip: '192.0.2.8' }));
    expect(verifyExport(linesOf(forged))).toEqual({ intact: false, line: 5, sequence: 5, reason: 'is not linked to 4' });
    expect(verifyExport(linesOf(forged.toReversed()))).toEqual({ intact: false, line: 3, sequence: 4, reason: 'is not linked to 5' });
  });

  it('from which an event was removed is broken where it is missing', () => {
    const forged = events.toSpliced(2, 1);
    expect(verifyExport(linesOf(forged))).toEqual({ intact: false, line: 3, sequence: 4, reason: 'does not follow 2: events are missing or out of order' });
    expect(verifyExport(linesOf(forged.toReversed()))).toMatchObject({ intact: false, line: 4, sequence: 2 });
  });

  it('in which two events were swapped is broken at the first of them', () => {
    const forged = events.with(2, at(events, 3)).with(3, at(events, 2));
    expect(verifyExport(linesOf(forged))).toMatchObject({ intact: false, line: 3, sequence: 4 });
  });

  it('in which an event stands twice is broken there', () => {
    expect(verifyExport(linesOf(events.toSpliced(3, 0, at(events, 2))))).toMatchObject({ intact: false, line: 4, sequence: 3 });
  });

  it('that mixes in an event of another organization is broken there, though it fits otherwise', () => {
    const foreign = at(chainOf(1, { organizationId: 'org_000000000002', head: at(events, 2) }), 0);
    expect(verifyExport(linesOf([...events.slice(0, 3), foreign]))).toEqual({ intact: false, line: 4, sequence: 4, reason: 'belongs to another organization than the line before' });
  });

  it('whose first event does not begin a chain is broken there', () => {
    const forged = resealed(at(events, 0), { previousHash: 'f'.repeat(64) });
    expect(verifyExport(linesOf([forged]))).toEqual({ intact: false, line: 1, sequence: 1, reason: 'is not the beginning of a chain' });
  });

  it.each([
    ['was cut off in the middle of a line', (lines: string[]) => lines.with(4, lines[4]?.slice(0, -5) ?? '')],
    ['holds a line that is something else', (lines: string[]) => lines.with(4, '{"hello":"world"}')],
    ['holds an event with a further field', (lines: string[]) => lines.with(4, (lines[4] ?? '').replace('{', '{"extra":1,'))],
  ])('that %s is broken at that line', (_, change) => {
    expect(verifyExport(change(linesOf(events)))).toEqual({ intact: false, line: 5, sequence: null, reason: 'is not an event' });
  });

  it('of nothing proves nothing', () => {
    expect(verifyExport([''])).toMatchObject({ intact: false, reason: 'holds no event' });
  });

  it('holds no longer after any one character of it was changed', () => {
    const lines = linesOf(chainOf(3));
    fc.assert(
      fc.property(fc.nat(2), fc.nat(), fc.constantFrom(...'0123456789abcdefXYZ"{}:,'), (line, place, character) => {
        const text = lines[line] ?? '';
        const index = place % text.length;
        fc.pre(text[index] !== character);
        expect(verifyExport(lines.with(line, text.slice(0, index) + character + text.slice(index + 1))).intact).toBe(false);
      }),
    );
  });
});

describe('an export with signed checkpoints', () => {
  const events = chainOf(6);

  it('is vouched for up to the last of them', () => {
    const checkpoints = [checkpointOf(at(events, 1)), checkpointOf(at(events, 4))];
    expect(verifyExport(linesOf(events), checkpoints)).toMatchObject({ intact: true, signedUpTo: 5 });
    expect(verifyExport(linesOf(events.toReversed()), checkpoints.toReversed())).toMatchObject({ intact: true, signedUpTo: 5 });
  });

  it('still holds when what came before a checkpoint is gone', () => {
    const checkpoints = [checkpointOf(at(events, 1)), checkpointOf(at(events, 4))];
    expect(verifyExport(linesOf(events.slice(3)), checkpoints)).toMatchObject({ intact: true, first: 4, isComplete: false, signedUpTo: 5 });
  });

  it('that was forged as a whole, each hash anew, is broken at the checkpoint', () => {
    const forged = chainOf(6, { head: { sequence: 0, hash: '0'.repeat(64), at: '2026-11-22T08:00:00.001Z' } });
    expect(verifyExport(linesOf(forged))).toMatchObject({ intact: true });
    expect(verifyExport(linesOf(forged), [checkpointOf(at(events, 4))])).toEqual({ intact: false, line: 5, sequence: 5, reason: 'is not what its checkpoint was signed for' });
    expect(verifyExport(linesOf(forged.toReversed()), [checkpointOf(at(events, 4))])).toMatchObject({ intact: false, line: 2, sequence: 5 });
  });

  it('from whose end events were taken is broken there: a checkpoint was signed for what is missing', () => {
    const verdict = { intact: false, sequence: 4, reason: 'is not the last event: a checkpoint was signed for event 6' };
    expect(verifyExport(linesOf(events.slice(0, 4)), [checkpointOf(at(events, 5))])).toEqual({ ...verdict, line: 4 });
    expect(verifyExport(linesOf(events.slice(0, 4).toReversed()), [checkpointOf(at(events, 5))])).toEqual({ ...verdict, line: 1 });
  });

  it('is not vouched for by a checkpoint whose signature is wrong', () => {
    const forged = { ...checkpointOf(at(events, 4)), sequence: 4, hash: at(events, 3).hash };
    expect(verifyExport(linesOf(events), [forged])).toEqual({ intact: false, line: 4, sequence: 4, reason: 'has a checkpoint whose signature is wrong' });
  });

  it('is neither vouched for nor broken by a checkpoint of another organization', () => {
    const theirs = chainOf(9, { organizationId: 'org_000000000002' });
    for (const index of [2, 8]) expect(verifyExport(linesOf(events), [checkpointOf(at(theirs, index))])).toMatchObject({ intact: true, signedUpTo: null });
  });
});
