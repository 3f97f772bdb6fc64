import { createHash } from 'node:crypto';
import type { Rules } from 'dynalite/validations/index.js';
import type { Database } from '../database.ts';
import { failure, failureType, invalid, isFailure } from '../failure.ts';
import { itemBytes } from '../itemSize.ts';
import { SHAPES, validate } from '../validate.ts';
import type { Shape } from '../validate.ts';
import { planCheck, planDelete, planPut, planUpdate } from './planWrite.ts';
import type { KeyRequest, PlannedWrite, PutRequest, UpdateRequest } from './planWrite.ts';
import { totalCapacity } from './writeItems.ts';

interface TransactItem {
  ConditionCheck?: KeyRequest;
  Put?: PutRequest;
  Delete?: KeyRequest;
  Update?: UpdateRequest;
}

interface TransactWriteRequest {
  TransactItems: TransactItem[];
  ClientRequestToken?: string;
  ReturnConsumedCapacity?: string;
}

/** Why an action of a cancelled transaction was at fault, or that it was not. */
export interface CancellationReason {
  Code: string;
  Message?: string;
  Item?: unknown;
}

const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

const shape = {
  types: {
    TransactItems: {
      type: 'List',
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 100,
      children: {
        type: 'ValueStruct<TransactWriteItem>',
        children: {
          ConditionCheck: {
            type: 'FieldStruct<ConditionCheck>',
            children: { ...part(SHAPES.DeleteItem.types), ConditionExpression: { type: 'String', notNull: true } },
          },
          Put: { type: 'FieldStruct<Put>', children: part(SHAPES.PutItem.types) },
          Delete: { type: 'FieldStruct<Delete>', children: part(SHAPES.DeleteItem.types) },
          Update: { type: 'FieldStruct<Update>', children: part(SHAPES.UpdateItem.types) },
        },
      },
    },
    ClientRequestToken: { type: 'String', lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
    ReturnConsumedCapacity: { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] },
    ReturnItemCollectionMetrics: { type: 'String', enum: ['SIZE', 'NONE'] },
  },
  custom: (request: TransactWriteRequest, store) => {
    for (const item of request.TransactItems) {
      const fault = faultOf(item, store);
      if (fault) return fault;
    }
    return null;
  },
} as const satisfies Shape;

/** Carries out all actions or none; see the service's TransactWriteItems. */
export function transactWriteItems(database: Database, body: object): Record<string, unknown> {
  const digest = digestOf((body as { TransactItems?: unknown }).TransactItems);
  const request = validate<TransactWriteRequest>(body, shape);
  const { ClientRequestToken: token, ReturnConsumedCapacity: wanted } = request;
  if (token !== undefined && database.tokens.isRepeat(token, digest, database.options.now())) return {};
  const plans = planAll(database, request);
  const bytes = plans.reduce((sum, { change }) => sum + itemBytes(change.after ?? change.before ?? {}), 0);
  if (bytes > MAX_TRANSACTION_BYTES) throw invalid('Collection size of items in transaction exceeds 4 MB');
  database.commit(
    plans.map((plan) => plan.change),
    token === undefined ? {} : { token: { token, request: digest } },
  );
  // A transaction costs twice what its writes would.
  return wanted === undefined || wanted === 'NONE' ? {} : { ConsumedCapacity: totalCapacity(plans, 2) ?? [] };
}

/** The error of a cancelled transaction, with a reason per action in the order of the request. */
export function cancelled(reasons: CancellationReason[]): Error {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return failure('TransactionCanceledException', message, { CancellationReasons: reasons });
}

/** Runs a step of a transaction; what is wrong with its item becomes its reason, anything else is thrown on. */
export function attempt<T>(step: () => T): { value: T } | { reason: CancellationReason } {
  try {
    return { value: step() };
  } catch (error) {
    if (!isFailure(error)) throw error;
    const type = failureType(error);
    if (type === 'ValidationException') return { reason: { Code: 'ValidationError', Message: error.message } };
    if (type !== 'ConditionalCheckFailedException') throw error;
    const item = error.body['Item'];
    const reason = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
    return { reason: item === undefined ? reason : { ...reason, Item: item } };
  }
}

function planAll(database: Database, request: TransactWriteRequest): PlannedWrite[] {
  const capacity = request.ReturnConsumedCapacity;
  checkOneActionAnItem(database, request.TransactItems);
  const attempts = request.TransactItems.map((item) => {
    const table = database.table(actionOf(item).TableName);
    return attempt(() => plan(table, item, capacity === undefined ? {} : { ReturnConsumedCapacity: capacity }));
  });
  const plans = attempts.flatMap((tried) => ('value' in tried ? [tried.value] : []));
  if (plans.length === attempts.length) return plans;
  throw cancelled(attempts.map((tried) => ('reason' in tried ? tried.reason : { Code: 'None' })));
}

function actionOf(item: TransactItem): KeyRequest | PutRequest {
  return Object.values(item)[0] as KeyRequest | PutRequest;
}

function checkOneActionAnItem(database: Database, items: TransactItem[]): void {
  const places = items.map((item) => {
    const action = actionOf(item);
    const key = database.table(action.TableName).primaryKey('Item' in action ? action.Item : action.Key);
    return `${action.TableName} ${JSON.stringify(key)}`;
  });
  if (new Set(places).size === places.length) return;
  throw invalid('Transaction request cannot include multiple operations on one item');
}

type TableOf = Parameters<typeof planPut>[0];

function plan(table: TableOf, item: TransactItem, capacity: { ReturnConsumedCapacity?: string }): PlannedWrite {
  if (item.Put !== undefined) return planPut(table, { ...item.Put, ...capacity });
  if (item.Update !== undefined) return planUpdate(table, { ...item.Update, ...capacity });
  if (item.Delete !== undefined) return planDelete(table, { ...item.Delete, ...capacity });
  return planCheck(table, { ...(item.ConditionCheck as KeyRequest), ...capacity });
}

function faultOf(item: TransactItem, store: Parameters<typeof SHAPES.PutItem.custom>[1]): string | null | undefined {
  if (Object.keys(item).length !== 1) {
    return 'TransactItems can only contain one of Check, Put, Update or Delete';
  }
  if (item.Put !== undefined) return SHAPES.PutItem.custom(item.Put as never, store);
  if (item.Update !== undefined) return SHAPES.UpdateItem.custom(item.Update as never, store);
  return SHAPES.DeleteItem.custom((item.Delete ?? item.ConditionCheck) as never, store);
}

/** The fields of a single write that its form in a transaction has as well. */
function part(types: Rules): Rules {
  const fields = [
    'TableName',
    'Key',
    'Item',
    'ConditionExpression',
    'UpdateExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'ReturnValuesOnConditionCheckFailure',
  ];
  return Object.fromEntries(Object.entries(types).filter(([name]) => fields.includes(name)));
}

/** The same for the same actions, in whatever order their fields came. */
function digestOf(value: unknown): string {
  const sorted = JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
  return createHash('sha256').update(sorted ?? '').digest('base64');
}
