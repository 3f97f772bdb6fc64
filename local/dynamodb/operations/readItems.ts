import batchGetAction from 'dynalite/actions/batchGetItem.js';
import getAction from 'dynalite/actions/getItem.js';
import type { Database } from '../database.ts';
import { readWith } from '../dynaliteStore.ts';
import { invalid } from '../failure.ts';
import { SHAPES, validate } from '../validate.ts';
import type { Shape } from '../validate.ts';
import type { WireItem } from '../wire.ts';
import { attempt, cancelled } from './transactWrite.ts';

type Answer = Record<string, unknown>;

/** Every read is a strongly consistent one here, asked for or not. */
export function getItem(database: Database, body: object): Answer {
  return readWith(getAction, database, validate<object>(body, SHAPES.GetItem));
}

export function batchGetItem(database: Database, body: object): Answer {
  return readWith(batchGetAction, database, validate<object>(body, SHAPES.BatchGetItem));
}

interface TransactGetRequest {
  TransactItems: { Get: { TableName: string; Key: WireItem } }[];
  ReturnConsumedCapacity?: string;
}

const { ConsistentRead: _consistent, ReturnConsumedCapacity: _capacity, AttributesToGet: _attributes, ...getTypes } =
  SHAPES.GetItem.types;

const shape = {
  types: {
    TransactItems: {
      type: 'List',
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 100,
      children: {
        type: 'ValueStruct<TransactGetItem>',
        children: { Get: { type: 'FieldStruct<Get>', notNull: true, children: getTypes } },
      },
    },
    ReturnConsumedCapacity: { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] },
  },
  custom: (request: TransactGetRequest, store) => {
    for (const { Get: get } of request.TransactItems) {
      const fault = SHAPES.GetItem.custom(get as never, store);
      if (fault) return fault;
    }
    return null;
  },
} as const satisfies Shape;

/** Reads up to 100 items as they are at one moment. */
export function transactGetItems(database: Database, body: object): Answer {
  const request = validate<TransactGetRequest>(body, shape);
  checkOneGetAnItem(request);
  const capacity = request.ReturnConsumedCapacity;
  const wanted = capacity === undefined ? {} : { ReturnConsumedCapacity: capacity };
  const attempts = request.TransactItems.map(({ Get: get }) =>
    attempt(() => readWith(getAction, database, { ...get, ...wanted, ConsistentRead: true })),
  );
  const reads = attempts.flatMap((tried) => ('value' in tried ? [tried.value] : []));
  if (reads.length < attempts.length) {
    throw cancelled(attempts.map((tried) => ('reason' in tried ? tried.reason : { Code: 'None' })));
  }
  const consumed = reads.flatMap((read) => (read['ConsumedCapacity'] === undefined ? [] : [read['ConsumedCapacity']]));
  return {
    Responses: reads.map((read) => ('Item' in read ? { Item: read['Item'] } : {})),
    ...(consumed.length === 0 ? {} : { ConsumedCapacity: consumed }),
  };
}

function checkOneGetAnItem({ TransactItems: items }: TransactGetRequest): void {
  const places = items.map(({ Get: { TableName, Key } }) => {
    const fields = Object.entries(Key).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([TableName, fields]);
  });
  if (new Set(places).size === places.length) return;
  throw invalid('Transaction request cannot include multiple operations on one item');
}
