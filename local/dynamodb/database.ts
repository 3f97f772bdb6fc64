import { sameItem } from './expressions.ts';
import { failure } from './failure.ts';
import type { Journal } from './journal.ts';
import { RequestTokens } from './requestTokens.ts';
import { replayEntry, snapshotEntries } from './replay.ts';
import { STREAM_RETENTION_MS, streamRecord, TableStream } from './streamLog.ts';
import type { StreamLog, StreamRecord } from './streamLog.ts';
import { Table } from './table.ts';
import type { Change } from './table.ts';
import type { TableDescription, TableSettings, WireItem } from './wire.ts';

/** What a commit leaves in the journal; the images before it are known when it is replayed. */
export interface CommitEntry {
  firstSequence: number;
  atMs: number;
  keptAtMs: number;
  writes: { table: string; put?: WireItem; delete?: WireItem }[];
  isTimeToLive?: true;
  token?: { token: string; request: string };
}

export interface DatabaseOptions {
  /** Epoch milliseconds: the time that TTL, tokens and stream records go by. */
  now: () => number;
  region: string;
  accountId: string;
  /** Absent: nothing outlives the process. */
  journal?: Journal | undefined;
}

/**
 * All tables, in memory, every change first in the journal. Nothing in here waits, so each operation is alone while it
 * runs: that is the isolation, and a commit is one journal line: that is the atomicity.
 */
export class Database {
  readonly tables = new Map<string, Table>();
  readonly tableStreams = new Map<string, TableStream>();
  readonly tokens = new RequestTokens();
  readonly options: DatabaseOptions;
  readonly streams: StreamLog;
  sequence = 0;
  readonly #listeners = new Set<(tableName: string) => void>();

  constructor(options: DatabaseOptions) {
    this.options = options;
    this.streams = this.#streamLog();
    for (const entry of options.journal?.entries() ?? []) replayEntry(this, entry);
    this.#shortenJournal();
  }

  /** The table of this name; an error as AWS words it when there is none. */
  table(name: string, hint = ''): Table {
    const table = this.tables.get(name);
    if (table === undefined) throw failure('ResourceNotFoundException', `Requested resource not found${hint}`);
    return table;
  }

  /** Makes all these changes or, when they cannot be written down, none. Changes that change nothing leave no trace. */
  commit(changes: Change[], by: Pick<CommitEntry, 'isTimeToLive' | 'token'> = {}): void {
    const real = changes.filter(({ before, after }) => !isUnchanged(before, after));
    if (real.length === 0 && by.token === undefined) return;
    const entry: CommitEntry = {
      firstSequence: this.sequence + 1,
      atMs: this.options.now(),
      keptAtMs: Date.now(),
      writes: real.map(({ table, before, after }) =>
        after === undefined
          ? { table: table.name, delete: table.primaryKey(before ?? {}) }
          : { table: table.name, put: after },
      ),
      ...by,
    };
    this.options.journal?.append({ commit: entry });
    this.applyCommit(entry, real);
    this.#notify(new Set(real.map(({ table }) => table.name)));
    this.#shortenJournal();
  }

  /** Puts a commit that is written down into effect. */
  applyCommit(entry: CommitEntry, changes: Change[]): void {
    let sequence = entry.firstSequence;
    for (const change of changes) {
      change.table.apply(change);
      this.#addRecord(change, sequence, entry);
      sequence += 1;
    }
    this.sequence = sequence - 1;
    if (entry.token !== undefined) this.tokens.remember({ ...entry.token, atMs: entry.atMs });
  }

  /** Creates a table, or gives an existing one a new description or new settings. */
  saveTable(description: TableDescription, settings: TableSettings): Table {
    this.options.journal?.append({ table: { description, settings } });
    return this.applyTable(description, settings);
  }

  applyTable(description: TableDescription, settings: TableSettings): Table {
    const table = this.tables.get(description.TableName) ?? new Table(description, settings);
    this.tables.set(table.name, table);
    table.redescribe(description);
    table.settings = settings;
    table.nextDueSec = 0;
    this.#applyStream(description);
    return table;
  }

  dropTable(name: string): void {
    this.options.journal?.append({ drop: name });
    this.applyDrop(name);
  }

  applyDrop(name: string): void {
    this.tables.delete(name);
    this.tableStreams.delete(name);
  }

  forgetOldRecords(): void {
    const before = Date.now() - STREAM_RETENTION_MS;
    for (const stream of this.tableStreams.values()) stream.forgetBefore(before);
    this.tokens.forgetOld(this.options.now());
  }

  close(): void {
    this.#listeners.clear();
    this.options.journal?.close();
  }

  #applyStream({ TableName: name, StreamSpecification: wanted, ...description }: TableDescription): void {
    const { LatestStreamArn: arn, LatestStreamLabel: label } = description;
    if (wanted?.StreamEnabled !== true || arn === undefined || label === undefined) this.tableStreams.delete(name);
    else if (this.tableStreams.get(name)?.label !== label) {
      this.tableStreams.set(name, new TableStream(arn, label, wanted.StreamViewType ?? 'NEW_AND_OLD_IMAGES'));
    }
  }

  #addRecord(change: Change, sequence: number, entry: CommitEntry): void {
    const stream = this.tableStreams.get(change.table.name);
    if (stream === undefined) return;
    const { region } = this.options;
    const origin = { sequence, atMs: entry.atMs, region, isTimeToLive: entry.isTimeToLive === true };
    stream.add(streamRecord(change, stream.viewType, origin), entry.keptAtMs);
  }

  // A listener is told after the commit, and its failure is its own: the commit stands.
  #notify(tableNames: Set<string>): void {
    for (const listener of this.#listeners) {
      for (const name of tableNames) if (this.tableStreams.has(name)) queueMicrotask(() => listener(name));
    }
  }

  #shortenJournal(): void {
    const { journal } = this.options;
    if (journal?.isLong === true) journal.rewrite(snapshotEntries(this));
  }

  #streamLog(): StreamLog {
    return {
      read: (name, after, limit): StreamRecord[] => this.tableStreams.get(name)?.after(Number(after ?? 0), limit) ?? [],
      latest: (name) => this.tableStreams.get(name)?.newest?.dynamodb.SequenceNumber ?? null,
      arn: (name) => this.tableStreams.get(name)?.arn,
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
    };
  }
}

function isUnchanged(before: WireItem | undefined, after: WireItem | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return sameItem(before, after);
}
