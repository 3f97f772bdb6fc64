import { createKey } from 'dynalite/db/index.js';
import { invalid } from './failure.ts';
import { SortedMap } from './sortedMap.ts';
import type { IndexDescription, TableDescription, TableSettings, WireItem } from './wire.ts';

/** The change of one item: what it was, what it becomes; one of the two may be absent. Items are never changed in place. */
export interface Change {
  readonly table: Table;
  /** The item's place in the table, as `Table.keyOf` gives it. */
  readonly key: string;
  readonly before: WireItem | undefined;
  readonly after: WireItem | undefined;
}

/** One table in memory: its items and, per index, the items that have the index's keys. */
export class Table {
  readonly items = new SortedMap<WireItem>();
  readonly indexes = new Map<string, SortedMap<WireItem>>();
  description: TableDescription;
  settings: TableSettings;
  /** No item is due for TTL before this (epoch seconds): what lets the sweep look at nothing most of the time. */
  nextDueSec = 0;

  constructor(description: TableDescription, settings: TableSettings) {
    this.description = description;
    this.settings = settings;
    for (const index of indexesOf(description)) this.indexes.set(index.IndexName, new SortedMap());
  }

  get name(): string {
    return this.description.TableName;
  }

  keyOf(item: WireItem): string {
    return createKey(item, this.description);
  }

  /** The place of an item in an index; two items with the same index keys keep apart by their table keys. */
  indexKeyOf(item: WireItem, index: IndexDescription): string {
    return createKey(item, this.description, index.KeySchema) + this.keyOf(item);
  }

  primaryKey(item: WireItem): WireItem {
    const key: WireItem = {};
    for (const { AttributeName: name } of this.description.KeySchema) key[name] = item[name] ?? {};
    return key;
  }

  apply({ key, before, after }: Change): void {
    for (const index of indexesOf(this.description)) this.#applyToIndex(index, before, after);
    if (after === undefined) this.items.delete(key);
    else this.items.set(key, after);
    this.#noteDue(after);
  }

  /** Replaces the description, and builds the indexes that it adds. */
  redescribe(description: TableDescription): void {
    this.description = description;
    const wanted = indexesOf(description);
    for (const name of this.indexes.keys()) if (!wanted.some((index) => index.IndexName === name)) this.indexes.delete(name);
    for (const index of wanted) {
      if (this.indexes.has(index.IndexName)) continue;
      this.indexes.set(index.IndexName, new SortedMap());
      for (const item of this.items.values()) this.#applyToIndex(index, undefined, item);
    }
  }

  #applyToIndex(index: IndexDescription, before: WireItem | undefined, after: WireItem | undefined): void {
    const entries = this.indexes.get(index.IndexName);
    const oldKey = before !== undefined && isIn(index, before) ? this.indexKeyOf(before, index) : undefined;
    const newKey = after !== undefined && isIn(index, after) ? this.indexKeyOf(after, index) : undefined;
    if (oldKey !== undefined && oldKey !== newKey) entries?.delete(oldKey);
    if (newKey !== undefined && after !== undefined) entries?.set(newKey, after);
  }

  #noteDue(item: WireItem | undefined): void {
    const attribute = this.settings.timeToLiveAttribute;
    if (attribute === undefined || item === undefined) return;
    const dueSec = Number(item[attribute]?.N ?? Number.NaN);
    if (dueSec < this.nextDueSec) this.nextDueSec = dueSec;
  }
}

export function indexesOf(description: TableDescription): IndexDescription[] {
  return [...(description.GlobalSecondaryIndexes ?? []), ...(description.LocalSecondaryIndexes ?? [])];
}

/** Refuses what an index cannot hold, which dynalite lets pass: an empty text as an index key. */
export function checkIndexKeys(item: WireItem, description: TableDescription): void {
  for (const index of indexesOf(description)) {
    for (const { AttributeName: name } of index.KeySchema) {
      if (item[name]?.S !== '' && item[name]?.B !== '') continue;
      throw invalid(
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          'The AttributeValue for a key attribute cannot contain an empty ' +
          `${item[name]?.S === '' ? 'string' : 'binary'} value. IndexName: ${index.IndexName}, IndexKey: ${name}`,
      );
    }
  }
}

function isIn(index: IndexDescription, item: WireItem): boolean {
  return index.KeySchema.every(({ AttributeName }) => item[AttributeName] !== undefined);
}
