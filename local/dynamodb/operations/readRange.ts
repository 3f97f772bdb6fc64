// oxlint-disable no-underscore-dangle -- the names with an underscore are the protocol's and dynalite's
import queryAction from 'dynalite/actions/query.js';
import scanAction from 'dynalite/actions/scan.js';
import { mapPaths } from 'dynalite/db/index.js';
import type { Database } from '../database.ts';
import { rangeWith } from '../dynaliteStore.ts';
import { passesFilter } from '../expressions.ts';
import type { Condition, Expression, Path } from '../expressions.ts';
import { invalid } from '../failure.ts';
import { itemBytes } from '../itemSize.ts';
import type { KeyRange, SortedMap } from '../sortedMap.ts';
import { indexesOf } from '../table.ts';
import type { Table } from '../table.ts';
import { SHAPES, validate } from '../validate.ts';
import type { IndexDescription, WireItem, WireValue } from '../wire.ts';

interface RangeRequest extends Condition {
  TableName: string;
  IndexName?: string;
  Limit?: number;
  ExclusiveStartKey?: WireItem;
  ScanIndexForward?: boolean;
  ConsistentRead?: boolean;
  Select?: string;
  AttributesToGet?: string[];
  ReturnConsumedCapacity?: string;
  KeyConditions?: Record<string, { AttributeValueList: WireValue[] }>;
  _projection?: { paths: Path[] };
  _filter?: { expression: Expression; pathHeads: Record<string, true> };
}

interface Source {
  table: Table;
  index: IndexDescription | undefined;
  items: SortedMap<WireItem>;
}

interface Page {
  items: WireItem[];
  bytes: number;
  /** The last item that was looked at, when there may be more. */
  last: WireItem | undefined;
}

/** A page ends with the item that takes it past this. */
const PAGE_BYTES = 1024 * 1024;

export function query(database: Database, body: object): Record<string, unknown> {
  const request = validate<RangeRequest>(body, SHAPES.Query);
  for (const [name, { AttributeValueList: values }] of Object.entries(request.KeyConditions ?? {})) {
    checkKeyValues(name, values, request.IndexName);
  }
  return readRange(database, request, rangeWith(queryAction, database, request));
}

export function scan(database: Database, body: object): Record<string, unknown> {
  const request = validate<RangeRequest>(body, SHAPES.Scan);
  return readRange(database, request, rangeWith(scanAction, database, request));
}

function readRange(database: Database, request: RangeRequest, bounds: KeyRange): Record<string, unknown> {
  const source = sourceOf(database.table(request.TableName), request.IndexName);
  const page = readPage(source, request, startAfter(source, request, bounds));
  const kept = page.items.filter((item) => passesFilter(item, request));
  const paths = request._projection?.paths ?? request.AttributesToGet;
  checkProjected(source, request, paths);
  return {
    Count: kept.length,
    ScannedCount: page.items.length,
    ...(request.Select === 'COUNT' ? {} : { Items: paths ? kept.map((item) => mapPaths(paths, item)) : kept }),
    ...(page.last === undefined ? {} : { LastEvaluatedKey: startKey(source, page.last) }),
    ...consumedCapacity(request, page.bytes),
  };
}

function sourceOf(table: Table, indexName: string | undefined): Source {
  const index = indexesOf(table.description).find((candidate) => candidate.IndexName === indexName);
  const items = index === undefined ? table.items : table.indexes.get(index.IndexName);
  return { table, index, items: items ?? table.items };
}

// dynalite's bound for an index tells items with the same index keys apart by 24 bits only; the whole table key does.
function startAfter({ table, index }: Source, request: RangeRequest, bounds: KeyRange): KeyRange {
  const { ExclusiveStartKey: start } = request;
  if (start === undefined) return bounds;
  const at = index === undefined ? table.keyOf(start) : table.indexKeyOf(start, index);
  const { gt: _gt, gte: _gte, lt: _lt, lte: _lte, ...rest } = bounds;
  if (bounds.reverse === true) return { ...rest, ...pick(bounds, ['gt', 'gte']), lt: at };
  return { ...rest, ...pick(bounds, ['lt', 'lte']), gt: at };
}

function pick(bounds: KeyRange, names: ('gt' | 'gte' | 'lt' | 'lte')[]): KeyRange {
  return Object.fromEntries(names.flatMap((name) => (bounds[name] === undefined ? [] : [[name, bounds[name]]])));
}

function readPage({ table, index, items }: Source, request: RangeRequest, bounds: KeyRange): Page {
  const attributes = index === undefined ? undefined : projectedAttributes(table, index, request.Select);
  const page: Page = { items: [], bytes: 0, last: undefined };
  for (const item of items.range(bounds)) {
    if (page.bytes >= PAGE_BYTES) return { ...page, last: page.items.at(-1) };
    const seen = attributes === undefined ? item : only(item, attributes);
    page.items.push(seen);
    page.bytes += itemBytes(seen);
    if (page.items.length === request.Limit) return { ...page, last: seen };
  }
  return page;
}

/** The attributes that an index holds; undefined: all. */
function projectedAttributes(table: Table, index: IndexDescription, select?: string): Set<string> | undefined {
  if (index.Projection.ProjectionType === 'ALL' || select === 'ALL_ATTRIBUTES') return undefined;
  const keys = [...table.description.KeySchema, ...index.KeySchema].map((key) => key.AttributeName);
  return new Set([...keys, ...(index.Projection.NonKeyAttributes ?? [])]);
}

function only(item: WireItem, attributes: Set<string>): WireItem {
  return Object.fromEntries(Object.entries(item).filter(([name]) => attributes.has(name)));
}

// A local index fetches from the table what it lacks; a global one cannot.
function checkProjected({ table, index }: Source, request: RangeRequest, paths: (Path | string)[] = []): void {
  if (index === undefined || table.description.GlobalSecondaryIndexes?.includes(index) !== true) return;
  const attributes = projectedAttributes(table, index);
  const missingOf = (names: string[]) => names.filter((name) => attributes?.has(name) === false).join(', ');
  const unread = missingOf(paths.map((path) => String(Array.isArray(path) ? path[0] : path)));
  const unfiltered = missingOf(Object.keys(request._filter?.pathHeads ?? {}));
  const start = 'One or more parameter values were invalid: ';
  if (unread) throw invalid(`${start}Global secondary index ${index.IndexName} does not project [${unread}]`);
  if (!unfiltered) return;
  throw invalid(
    `${start}Secondary index ${index.IndexName} does not project one or more filter attributes: [${unfiltered}]`,
  );
}

function checkKeyValues(name: string, values: WireValue[], indexName: string | undefined): void {
  const empty = values.find((value) => value.S === '' || value.B === '');
  if (empty === undefined) return;
  throw invalid(
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
      `${empty.S === '' ? 'string' : 'binary'} value. ` +
      (indexName === undefined ? `Key: ${name}` : `IndexName: ${indexName}, IndexKey: ${name}`),
  );
}

function startKey({ table, index }: Source, item: WireItem): WireItem {
  const key = table.primaryKey(item);
  for (const { AttributeName: name } of index?.KeySchema ?? []) key[name] = item[name] ?? {};
  return key;
}

function consumedCapacity(request: RangeRequest, bytes: number): { ConsumedCapacity?: object } {
  if (request.ReturnConsumedCapacity === undefined || request.ReturnConsumedCapacity === 'NONE') return {};
  const CapacityUnits = Math.max(1, Math.ceil(bytes / 4096)) * (request.ConsistentRead === true ? 1 : 0.5);
  return { ConsumedCapacity: { TableName: request.TableName, CapacityUnits } };
}
