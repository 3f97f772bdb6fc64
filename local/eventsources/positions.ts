import * as z from 'zod';
import { persisted } from '../persisted.ts';

const position = z.object({
  /** Sequence number up to which a mapping is done with the shard. */
  after: z.string().optional(),
  /** Sequence number of the first record to read, where none is done yet. */
  at: z.string().optional(),
  /** The shard is closed and read to its end. */
  isEnded: z.boolean().optional(),
});

/** Where a mapping is in a shard; empty: where the mapping starts. */
export type Position = z.infer<typeof position>;

/** How far each mapping is in its stream; it outlives the process where there is a data folder. */
export interface Positions {
  read(mapping: { id: string; streamArn: string }, shardId: string): Position;
  /** Written at once unless it `canWait`: what is read again then does no harm. */
  save(mapping: { id: string; streamArn: string }, shardId: string, position: Position, canWait?: 'canWait'): void;
  flush(): void;
}

const schema = z.record(z.string(), z.object({ streamArn: z.string(), shards: z.record(z.string(), position) }));
const longestWaitMs = 1_000;

export function openPositions(dataDir: string | undefined): Positions {
  const state = persisted({ dataDir, name: 'event-sources', schema, initial: {} });
  let isDirty = false;
  let savedMs = -Infinity;
  const write = (): void => {
    state.save();
    isDirty = false;
    savedMs = performance.now();
  };
  // Another stream, as of a table made anew, has its own shards under perhaps the same names.
  const shardsOf = ({ id, streamArn }: { id: string; streamArn: string }): Record<string, Position> => {
    const known = state.value[id];
    if (known?.streamArn === streamArn) return known.shards;
    const shards = {};
    state.value[id] = { streamArn, shards };
    return shards;
  };
  return {
    read: (mapping, shardId) => shardsOf(mapping)[shardId] ?? {},
    save(mapping, shardId, reached, canWait) {
      shardsOf(mapping)[shardId] = reached;
      isDirty = true;
      if (canWait === undefined || performance.now() - savedMs > longestWaitMs) write();
    },
    flush: () => {
      if (isDirty) write();
    },
  };
}
