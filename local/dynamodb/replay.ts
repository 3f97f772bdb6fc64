import type { CommitEntry, Database } from './database.ts';
import type { UsedToken } from './requestTokens.ts';
import type { StreamRecord } from './streamLog.ts';
import type { Change, Table } from './table.ts';
import type { TableDescription, TableSettings, WireItem } from './wire.ts';

/** A line of the journal: one of these. The first three come at any time, the others from a rewrite only. */
interface JournalEntry {
  commit?: CommitEntry;
  table?: { description: TableDescription; settings: TableSettings };
  drop?: string;
  sequence?: number;
  items?: { table: string; items: WireItem[] };
  records?: { table: string; records: { record: StreamRecord; keptAtMs: number }[] };
  tokens?: UsedToken[];
}

const ITEMS_A_LINE = 200;

/** Does again what a line of the journal says was done. */
export function replayEntry(database: Database, line: unknown): void {
  const entry = line as JournalEntry;
  if (entry.commit !== undefined) replayCommit(database, entry.commit);
  if (entry.table !== undefined) database.applyTable(entry.table.description, entry.table.settings);
  if (entry.drop !== undefined) database.applyDrop(entry.drop);
  if (entry.sequence !== undefined) database.sequence = entry.sequence;
  if (entry.items !== undefined) restoreItems(database.table(entry.items.table), entry.items.items);
  for (const { record, keptAtMs } of entry.records?.records ?? []) {
    database.tableStreams.get(entry.records?.table ?? '')?.add(record, keptAtMs);
  }
  for (const token of entry.tokens ?? []) database.tokens.remember(token);
}

/** The whole state as the fewest journal lines. */
export function* snapshotEntries(database: Database): Generator<JournalEntry> {
  database.forgetOldRecords();
  yield { sequence: database.sequence };
  yield { tokens: database.tokens.entries() };
  for (const table of database.tables.values()) {
    yield { table: { description: table.description, settings: table.settings } };
    for (const items of inLots(table.items.values())) yield { items: { table: table.name, items } };
    const records = database.tableStreams.get(table.name)?.entries() ?? [];
    for (const lot of inLots(records.values())) yield { records: { table: table.name, records: lot } };
  }
}

function replayCommit(database: Database, entry: CommitEntry): void {
  const changes = entry.writes.map(({ table: name, put, delete: gone }): Change => {
    const table = database.table(name);
    const key = table.keyOf(put ?? gone ?? {});
    return { table, key, before: table.items.get(key), after: put };
  });
  database.applyCommit(entry, changes);
}

function restoreItems(table: Table, items: WireItem[]): void {
  for (const item of items) table.apply({ table, key: table.keyOf(item), before: undefined, after: item });
}

function* inLots<T>(values: Iterator<T, unknown, unknown>): Generator<T[]> {
  let lot: T[] = [];
  for (let next = values.next(); next.done !== true; next = values.next()) {
    lot.push(next.value);
    if (lot.length < ITEMS_A_LINE) continue;
    yield lot;
    lot = [];
  }
  if (lot.length > 0) yield lot;
}
