// oxlint-disable no-underscore-dangle -- the names with an underscore are the protocol's and dynalite's
import { addConsumedCapacity, validateItem, validateKey } from 'dynalite/db/index.js';
import updateItem from 'dynalite/actions/updateItem.js';
import { updateWith } from '../dynaliteStore.ts';
import { meetsCondition } from '../expressions.ts';
import type { Condition } from '../expressions.ts';
import { failure, invalid } from '../failure.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../itemSize.ts';
import { checkIndexKeys } from '../table.ts';
import type { Change, Table } from '../table.ts';
import type { WireItem } from '../wire.ts';
import { prepareSections } from './prepareSections.ts';
import type { UpdateSection } from './prepareSections.ts';

export interface WriteRequest extends Condition {
  TableName: string;
  ReturnValues?: string;
  ReturnConsumedCapacity?: string;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

export interface PutRequest extends WriteRequest {
  Item: WireItem;
}

export interface KeyRequest extends WriteRequest {
  Key: WireItem;
}

export interface UpdateRequest extends KeyRequest {
  _updates?: { sections: UpdateSection[] };
}

/** What a write would do and answer; nothing is done yet. */
export interface PlannedWrite {
  change: Change;
  result: Record<string, unknown>;
}

export function planPut(table: Table, request: PutRequest): PlannedWrite {
  throwFound(validateItem(request.Item, table.description));
  checkIndexKeys(request.Item, table.description);
  if (itemBytes(request.Item) > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
  const { key, before } = current(table, request.Item, request);
  return { change: { table, key, before, after: request.Item }, result: resultOf(request, before, request.Item) };
}

export function planDelete(table: Table, request: KeyRequest): PlannedWrite {
  throwFound(validateKey(request.Key, table.description));
  const { key, before } = current(table, request.Key, request);
  return { change: { table, key, before, after: undefined }, result: resultOf(request, before, undefined) };
}

export function planUpdate(table: Table, request: UpdateRequest): PlannedWrite {
  throwFound(validateKey(request.Key, table.description));
  const { key, before } = current(table, request.Key, request);
  prepareSections(request._updates?.sections ?? [], before);
  const { _condition: _met, Expected: _expected, ...unconditional } = request;
  const { after, result } = updateWith(updateItem, { table, before }, unconditional);
  checkIndexKeys(after, table.description);
  if (itemBytes(after) > MAX_ITEM_BYTES) throw invalid('Item size to update has exceeded the maximum allowed size');
  return { change: { table, key, before, after }, result };
}

/** A condition on an item that is not written: no change. */
export function planCheck(table: Table, request: KeyRequest): PlannedWrite {
  throwFound(validateKey(request.Key, table.description));
  const { key, before } = current(table, request.Key, request);
  return { change: { table, key, before, after: before }, result: resultOf(request, before, before) };
}

/** The item as it is, the request's condition met; else a ConditionalCheckFailedException with the item if wanted. */
function current(table: Table, item: WireItem, request: WriteRequest): { key: string; before: WireItem | undefined } {
  const key = table.keyOf(item);
  const before = table.items.get(key);
  if (meetsCondition(before ?? {}, request)) return { key, before };
  const isItemWanted = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before !== undefined;
  const extra = isItemWanted ? { Item: before } : {};
  throw failure('ConditionalCheckFailedException', 'The conditional request failed', extra);
}

function resultOf(request: WriteRequest, before: WireItem | undefined, after: WireItem | undefined) {
  const isOldWanted = request.ReturnValues === 'ALL_OLD' && before !== undefined;
  return {
    ...(isOldWanted ? { Attributes: before } : {}),
    ConsumedCapacity: addConsumedCapacity(request, false, before, after),
  };
}

function throwFound(found: Error | null | undefined): void {
  if (found) throw found;
}
