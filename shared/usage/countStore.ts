import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Table, Write } from '../table.ts';
import { dayMs } from '../time.ts';
import { readItems } from './batchReadStore.ts';
import { boundRoutes, keyHour } from './boundRoutes.ts';
import { cutIntoChunks } from './chunks.ts';
import { addToHour, hourKey, parseHour } from './hourItem.ts';
import { hourOf } from './hours.ts';
import { moveLastUses } from './lastUseStore.ts';
import type { UsageLine } from './readBatch.ts';
import { markSeen, readSeen, seenStream } from './seenStore.ts';
import { addRecord, emptyTally } from './tally.ts';

// Access patterns (table usage):
//   an hour of a key or an organization   pk USAGE#<keyId or organizationId>  sk HOUR#2026-11-22T10
//   lines that were counted               seenStore.ts
//   last use                              lastUseStore.ts
// A transaction adds to the hours and remembers the lines that it adds: both or neither, so that no line counts twice.

/** Lines of one log stream. */
export interface StreamLines {
  readonly logGroup: string;
  readonly logStream: string;
  readonly lines: readonly UsageLine[];
}

export interface CountStore {
  /**
   * Counts each line once, however often and in whatever groups it is handed over. Throws where the store cannot be
   * written; what was counted by then stays so, and the rest counts when the batch comes again.
   */
  count(batch: StreamLines): Promise<{ counted: number; repeated: number }>;
}

const maxAttempts = 20;
const longestPauseMs = 400;

export interface CountStoreOptions {
  readonly table: Table;
  readonly nowMs: () => number;
  /** Days that an hour is kept. */
  readonly keptDays: number;
  readonly pause?: (ms: number) => Promise<void>;
}

export function countStore(options: CountStoreOptions): CountStore {
  const { table } = options;
  const pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  return {
    async count(batch) {
      if (batch.lines.length === 0) return { counted: 0, repeated: 0 };
      // Before the lines are remembered: a batch that fails in between comes again, and then moves it.
      await moveLastUses(table, batch.lines.map(({ record }) => record));
      let counted = 0;
      for (let tried = 1; tried <= maxAttempts; tried += 1) {
        const outcome = await countOnce(options, batch);
        counted += outcome.counted;
        if (outcome.isDone) return { counted, repeated: batch.lines.length - counted };
        await pause(Math.random() * Math.min(longestPauseMs, 10 * 2 ** tried));
      }
      throw new Error(`Others kept writing the same counters, ${maxAttempts} times.`);
    },
  };
}

/** Counts what is not counted yet, until all is, or another writer was first somewhere. */
async function countOnce({ table, nowMs, keptDays }: CountStoreOptions, batch: StreamLines): Promise<{ counted: number; isDone: boolean }> {
  const stream = seenStream(batch.logGroup, batch.logStream);
  const seen = await readSeen(table, stream, batch.lines);
  const fresh = batch.lines.filter(({ id }) => !seen.has(id));
  const named = boundRoutes(fresh, await readRoutes(table, fresh));
  let [counted, { version }] = [0, seen];
  for (const lines of cutIntoChunks(named)) {
    const writes = [...markSeen(table, { stream, lines, version, nowMs: nowMs() }), ...counters(table, lines, keptDays)];
    if (!(await write(table, writes))) return { counted, isDone: false };
    counted += lines.length;
    version += 1;
  }
  return { counted, isDone: true };
}

/** The routes that each key's hour names already. Two batches at once may each add up to the bound. */
async function readRoutes(table: Table, lines: readonly UsageLine[]): Promise<Map<string, Set<string>>> {
  const places = new Map(lines.map((line) => [keyHour(line), hourKey(line.record.keyId, hourOf(line.record.atMs))]));
  const items = await readItems(table, [...places.values()]);
  return new Map(
    items.map((item) => {
      const { hour, routes } = parseHour(item);
      return [`${String(item['pk']).slice('USAGE#'.length)} ${hour}`, new Set(Object.keys(routes).filter((route) => route !== 'other'))];
    }),
  );
}

function counters(table: Table, lines: readonly UsageLine[], keptDays: number): Write[] {
  const hours = Map.groupBy(lines, (line) => keyHour(line));
  const organizationHours = Map.groupBy(lines, ({ record }) => `${record.organizationId} ${hourOf(record.atMs)}`);
  return [...hours, ...organizationHours].map(([place, ofPlace]) => {
    const [id = '', hour = ''] = place.split(' ');
    const tally = emptyTally();
    // An organization's routes are its keys'.
    for (const { record } of ofPlace) addRecord(tally, hours.has(place) ? record : { ...record, route: null });
    const update = addToHour(tally, hour, (keptDays * dayMs) / 1000);
    return { name: 'hour', action: { Update: { TableName: table.name, Key: hourKey(id, hour), ...update } } };
  });
}

/** False where another transaction was on one of the items, or the stream was counted since it was read. */
async function write(table: Table, writes: readonly Write[]): Promise<boolean> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: writes.map(({ action }) => action) }));
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    if (reasons.length > 0 && reasons.every(({ Code = '' }) => passing.includes(Code))) return false;
    throw error;
  }
}

const passing = ['None', 'ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];
