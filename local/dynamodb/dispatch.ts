import type { Database } from './database.ts';
import { failure } from './failure.ts';
import { batchGetItem, getItem, transactGetItems } from './operations/readItems.ts';
import { query, scan } from './operations/readRange.ts';
import { describeStream, getRecords, getShardIterator, listStreams } from './operations/streams.ts';
import { createTable, deleteTable, describeTable, listTables } from './operations/tables.ts';
import {
  describeContinuousBackups,
  describeTimeToLive,
  listTagsOfResource,
  tagResource,
  untagResource,
  updateContinuousBackups,
  updateTimeToLive,
} from './operations/tableSettings.ts';
import { transactWriteItems } from './operations/transactWrite.ts';
import { updateTable } from './operations/updateTable.ts';
import { batchWriteItem, deleteItem, putItem, updateItem } from './operations/writeItems.ts';

type Operation = (database: Database, body: object) => Record<string, unknown>;

/** The operations by `X-Amz-Target`. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ...named('DynamoDB_20120810', {
    BatchGetItem: batchGetItem,
    BatchWriteItem: batchWriteItem,
    CreateTable: createTable,
    DeleteItem: deleteItem,
    DeleteTable: deleteTable,
    DescribeContinuousBackups: describeContinuousBackups,
    DescribeTable: describeTable,
    DescribeTimeToLive: describeTimeToLive,
    GetItem: getItem,
    ListTables: listTables,
    ListTagsOfResource: listTagsOfResource,
    PutItem: putItem,
    Query: query,
    Scan: scan,
    TagResource: tagResource,
    TransactGetItems: transactGetItems,
    TransactWriteItems: transactWriteItems,
    UntagResource: untagResource,
    UpdateContinuousBackups: updateContinuousBackups,
    UpdateItem: updateItem,
    UpdateTable: updateTable,
    UpdateTimeToLive: updateTimeToLive,
  }),
  ...named('DynamoDBStreams_20120810', {
    DescribeStream: describeStream,
    GetRecords: getRecords,
    GetShardIterator: getShardIterator,
    ListStreams: listStreams,
  }),
]);

/** Carries out one request: `target` as the header has it, the body parsed. Throws a Failure for what is refused. */
export function dispatch(database: Database, target: string, body: unknown): Record<string, unknown> {
  const operation = OPERATIONS.get(target);
  if (operation === undefined) throw failure('UnknownOperationException', '');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw failure('SerializationException', '');
  return operation(database, body);
}

function named(api: string, operations: Record<string, Operation>): [string, Operation][] {
  return Object.entries(operations).map(([name, operation]) => [`${api}.${name}`, operation]);
}
