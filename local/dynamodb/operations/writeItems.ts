import type { Database } from '../database.ts';
import { failureType, invalid, isFailure } from '../failure.ts';
import { SHAPES, validate } from '../validate.ts';
import type { WireItem } from '../wire.ts';
import { planDelete, planPut, planUpdate } from './planWrite.ts';
import type { KeyRequest, PlannedWrite, PutRequest, UpdateRequest } from './planWrite.ts';

type Answer = Record<string, unknown>;

/** As DynamoDB: at most so many writes in one batch, over all its tables. */
const MAX_BATCH_WRITES = 25;

export function putItem(database: Database, body: object): Answer {
  const request = validate<PutRequest>(body, SHAPES.PutItem);
  return carryOut(database, planPut(database.table(request.TableName), request));
}

export function deleteItem(database: Database, body: object): Answer {
  const request = validate<KeyRequest>(body, SHAPES.DeleteItem);
  return carryOut(database, planDelete(database.table(request.TableName), request));
}

export function updateItem(database: Database, body: object): Answer {
  const request = validate<UpdateRequest>(body, SHAPES.UpdateItem);
  return carryOut(database, planUpdate(database.table(request.TableName), request));
}

interface BatchWriteRequest {
  RequestItems: Record<string, { PutRequest?: { Item: WireItem }; DeleteRequest?: { Key: WireItem } }[]>;
  ReturnConsumedCapacity?: string;
}

/** All of a batch at once; nothing is ever left over. */
export function batchWriteItem(database: Database, body: object): Answer {
  const request = validate<BatchWriteRequest>(body, SHAPES.BatchWriteItem);
  const plans = Object.entries(request.RequestItems).flatMap(([name, writes]) =>
    writes.map((write) => planBatchWrite(database, name, write, request.ReturnConsumedCapacity)),
  );
  if (plans.length > MAX_BATCH_WRITES) throw invalid('Too many items requested for the BatchWriteItem call');
  if (hasTwoOnOneItem(plans)) throw invalid('Provided list of item keys contains duplicates');
  database.commit(plans.map((plan) => plan.change));
  const capacity = totalCapacity(plans);
  return { UnprocessedItems: {}, ...(capacity === undefined ? {} : { ConsumedCapacity: capacity }) };
}

function hasTwoOnOneItem(plans: PlannedWrite[]): boolean {
  return new Set(plans.map(({ change }) => `${change.table.name} ${change.key}`)).size < plans.length;
}

/** What writes consumed, table by table, when the request asked for it. */
export function totalCapacity(plans: PlannedWrite[], factor = 1): object[] | undefined {
  const units = new Map<string, number>();
  for (const { change, result } of plans) {
    const consumed = result['ConsumedCapacity'] as { CapacityUnits: number } | undefined;
    if (consumed === undefined) return undefined;
    units.set(change.table.name, (units.get(change.table.name) ?? 0) + factor * consumed.CapacityUnits);
  }
  return [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits }));
}

function planBatchWrite(
  database: Database,
  name: string,
  write: { PutRequest?: { Item: WireItem }; DeleteRequest?: { Key: WireItem } },
  capacity: string | undefined,
): PlannedWrite {
  const table = database.table(name);
  const common = { TableName: name, ...(capacity === undefined ? {} : { ReturnConsumedCapacity: capacity }) };
  try {
    if (write.PutRequest !== undefined) return planPut(table, { ...common, Item: write.PutRequest.Item });
    return planDelete(table, { ...common, Key: write.DeleteRequest?.Key ?? {} });
  } catch (error) {
    throw asBatchFailure(error);
  }
}

function asBatchFailure(error: unknown): unknown {
  if (!isFailure(error) || failureType(error) !== 'ValidationException') return error;
  const isKeyMismatch = /Missing the key|Type mismatch for key/.test(error.message);
  return isKeyMismatch ? invalid('The provided key element does not match the schema') : error;
}

function carryOut(database: Database, plan: PlannedWrite): Answer {
  database.commit([plan.change]);
  return plan.result;
}
