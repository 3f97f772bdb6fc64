import type { Checkpoint } from './checkpoint.ts';
import { isSignedAsSaid } from './checkpoint.ts';
import { emptyChain, hashEvent } from './chain.ts';
import { eventSchema } from './event.ts';
import type { GatewardenEvent } from './event.ts';

export type ExportVerdict =
  | {
      readonly intact: true;
      readonly events: number;
      readonly first: number;
      readonly last: number;
      /** Whether it begins with the organization's first event. */
      readonly isComplete: boolean;
      /** The last sequence that a checkpoint vouches for; null for none. */
      readonly signedUpTo: number | null;
    }
  /** `line` counts from 1; `sequence` is null where the line is no event. */
  | { readonly intact: false; readonly line: number; readonly sequence: number | null; readonly reason: string };

/**
 * Checks an export offline: one event a line (NDJSON), newest first or oldest first. Names the first link, in the
 * order of the file, that does not hold: a changed field, an event that is missing, two that were swapped. With
 * checkpoints, the newest events cannot be missing either; those from before the first event of the file say nothing.
 */
export function verifyExport(lines: readonly string[], checkpoints: readonly Checkpoint[] = []): ExportVerdict {
  const events: { event: GatewardenEvent; line: number }[] = [];
  for (const [index, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const event = parseLine(text);
    if (!event) return broken(index + 1, null, 'is not an event');
    if (namesTwice(text)) return broken(index + 1, event.sequence, 'was changed: it names a field twice, which not everyone reads alike');
    events.push({ event, line: index + 1 });
  }
  const [start, second] = events;
  if (!start) return broken(1, null, 'holds no event');
  const step = second && second.event.sequence < start.event.sequence ? -1 : 1;
  for (const [index, { event, line }] of events.entries()) {
    const fault = faultOf(event, events[index - 1]?.event, step);
    if (fault) return broken(line, event.sequence, fault);
  }
  const oldestFirst = step === 1 ? events : events.toReversed();
  return againstCheckpoints(oldestFirst, checkpoints);
}

function faultOf(event: GatewardenEvent, previous: GatewardenEvent | undefined, step: 1 | -1): string | null {
  const { hash, ...unsealed } = event;
  if (hashEvent(unsealed) !== hash) return 'was changed: its hash is not that of its fields';
  if (event.sequence === 1 && event.previousHash !== emptyChain.hash) return 'is not the beginning of a chain';
  if (!previous) return null;
  if (event.organizationId !== previous.organizationId) return 'belongs to another organization than the line before';
  if (event.sequence !== previous.sequence + step) return `does not follow ${previous.sequence}: events are missing or out of order`;
  const [older, newer] = step === 1 ? [previous, event] : [event, previous];
  return newer.previousHash === older.hash ? null : `is not linked to ${previous.sequence}`;
}

function againstCheckpoints(
  events: readonly { event: GatewardenEvent; line: number }[],
  checkpoints: readonly Checkpoint[],
): ExportVerdict {
  let signedUpTo: number | null = null;
  for (const checkpoint of checkpoints) {
    const at = events.find(({ event }) => event.sequence === checkpoint.sequence);
    if (!at || at.event.organizationId !== checkpoint.organizationId) continue;
    if (!isSignedAsSaid(checkpoint)) return broken(at.line, checkpoint.sequence, 'has a checkpoint whose signature is wrong');
    if (at.event.hash !== checkpoint.hash) return broken(at.line, checkpoint.sequence, 'is not what its checkpoint was signed for');
    signedUpTo = Math.max(signedUpTo ?? 0, checkpoint.sequence);
  }
  const first = events[0]?.event.sequence ?? 0;
  const newest = events.at(-1);
  const last = newest?.event.sequence ?? 0;
  const beyond = checkpoints.find(({ organizationId, sequence }) => organizationId === newest?.event.organizationId && sequence > last);
  if (newest && beyond) return broken(newest.line, last, `is not the last event: a checkpoint was signed for event ${beyond.sequence}`);
  return { intact: true, events: events.length, first, last, isComplete: first === 1, signedUpTo };
}

function parseLine(text: string): GatewardenEvent | null {
  try {
    return eventSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Whether a member stands twice in one object. `JSON.parse` takes the last, other readers the first. */
function namesTwice(text: string): boolean {
  const strings = text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g);
  return [...strings].filter(([, colon]) => colon !== undefined).length !== membersOf(JSON.parse(text));
}

/** Members of an object and of all within it. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const within = Object.values(value).map(membersOf);
  return within.reduce((sum, count) => sum + count, Array.isArray(value) ? 0 : within.length);
}

function broken(line: number, sequence: number | null, reason: string): ExportVerdict {
  return { intact: false, line, sequence, reason };
}
