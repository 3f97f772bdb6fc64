import type { Database } from './database.ts';
import { failure } from './failure.ts';
import type { KeyRange } from './sortedMap.ts';
import type { Table } from './table.ts';
import type { WireItem } from './wire.ts';

type Callback<T> = (error: Error | null | undefined, value?: T) => void;
type Action = (store: object, data: object, callback: Callback<Record<string, unknown>>) => void;

const OPTIONS = { maxItemSize: Number.POSITIVE_INFINITY };

/** Indexes are kept by `Table`. */
const IGNORED_INDEX = {
  put: (_key: string, _item: unknown, answer: Callback<void>) => answer(null),
  del: (_key: string, answer: Callback<void>) => answer(null),
};

/** Runs one of dynalite's actions on a store that answers at once, so the action is over when it returns. */
function runAction(action: Action, store: object, request: object): Record<string, unknown> {
  let failed: Error | null | undefined;
  let result: Record<string, unknown> | undefined;
  action(store, request, (error, value) => {
    failed = error;
    result = value;
  });
  if (failed) throw failed;
  if (result === undefined) throw new Error('The action did not answer at once.');
  return result;
}

/** Runs a reading action of dynalite on the tables as they are. */
export function readWith(action: Action, database: Database, request: object): Record<string, unknown> {
  const getItemDb = (name: string) => ({
    get: (key: string, answer: Callback<WireItem>) => answer(null, database.table(name).items.get(key)),
  });
  return runAction(action, { options: OPTIONS, getTable: tableGetter(database), getItemDb }, request);
}

/** Runs dynalite's UpdateItem on a copy of one item, and says what the item would be. */
export function updateWith(
  action: Action,
  { table, before }: { table: Table; before: WireItem | undefined },
  request: object,
): { after: WireItem; result: Record<string, unknown> } {
  let after: WireItem = {};
  const itemDb = {
    lock: (_key: string, run: (release: <T>(answer: T) => T) => void) => run((answer) => answer),
    get: (_key: string, answer: Callback<WireItem>) => answer(null, before),
    put: (_key: string, item: WireItem, answer: Callback<void>) => {
      after = item;
      answer(null);
    },
  };
  const store = {
    options: OPTIONS,
    getTable: (_name: string, answer: Callback<unknown>) => answer(null, table.description),
    getItemDb: () => itemDb,
    getIndexDb: () => IGNORED_INDEX,
  };
  const result = runAction(action, store, request);
  return { after, result };
}

/** What stops dynalite's Query or Scan at the point where it would read: it has checked all and knows the range. */
class RangeFound {
  readonly range: KeyRange;

  constructor(range: KeyRange) {
    this.range = range;
  }
}

function findRange() {
  return {
    createValueStream: (range: KeyRange) => {
      throw new RangeFound(range);
    },
  };
}

/** Has dynalite check a Query or Scan, and returns the range of keys (as `createKey` makes them) that it would read. */
export function rangeWith(action: Action, database: Database, request: object): KeyRange {
  const store = { options: OPTIONS, getTable: tableGetter(database), getItemDb: findRange, getIndexDb: findRange };
  try {
    runAction(action, store, request);
  } catch (found) {
    if (found instanceof RangeFound) return found.range;
    throw found;
  }
  throw failure('InternalServerError', 'The request named no range.');
}

function tableGetter(database: Database) {
  return (name: string, ...rest: [Callback<unknown>] | [boolean, Callback<unknown>]) => {
    const answer = rest.at(-1) as Callback<unknown>;
    answer(null, database.table(name).description);
  };
}
