import { randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';
import { failure, invalid } from '../failure.ts';
import type { Table } from '../table.ts';
import { SHAPES, validate } from '../validate.ts';
import type { IndexDescription, TableDescription } from '../wire.ts';

type Answer = Record<string, unknown>;

/** The parts of CreateTable and UpdateTable that both have. */
export interface TableFeatures {
  TableName: string;
  AttributeDefinitions?: TableDescription['AttributeDefinitions'];
  BillingMode?: string;
  ProvisionedThroughput?: Record<string, unknown>;
  StreamSpecification?: NonNullable<TableDescription['StreamSpecification']>;
  DeletionProtectionEnabled?: boolean;
  SSESpecification?: { Enabled?: boolean; SSEType?: string; KMSMasterKeyId?: string };
  TableClass?: string;
  OnDemandThroughput?: Record<string, unknown>;
}

interface CreateTableRequest extends TableFeatures {
  AttributeDefinitions: TableDescription['AttributeDefinitions'];
  KeySchema: TableDescription['KeySchema'];
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
  Tags?: { Key: string; Value?: string }[];
}

/** The table is ACTIVE at once. */
export function createTable(database: Database, body: object): Answer {
  const request = validate<CreateTableRequest>(body, SHAPES.CreateTable);
  const name = request.TableName;
  if (database.tables.has(name)) throw failure('ResourceInUseException', `Table already exists: ${name}`);
  checkDefinitionsAreUsed(request);
  const bare: TableDescription = {
    TableName: name,
    TableArn: tableArn(database, name),
    TableId: randomUUID(),
    CreationDateTime: database.options.now() / 1000,
    TableStatus: 'ACTIVE',
    DeletionProtectionEnabled: false,
    KeySchema: request.KeySchema,
    AttributeDefinitions: request.AttributeDefinitions,
    ...indexed(database, request, 'GlobalSecondaryIndexes'),
    ...indexed(database, request, 'LocalSecondaryIndexes'),
  };
  const tags = Object.fromEntries((request.Tags ?? []).map(({ Key, Value }) => [Key, Value ?? '']));
  const table = database.saveTable(withFeatures(database, bare, request), { pointInTimeRecovery: false, tags });
  return { TableDescription: described(table) };
}

export function describeTable(database: Database, body: object): Answer {
  const { TableName: name } = validate<{ TableName: string }>(body, SHAPES.DescribeTable);
  return { Table: described(database.table(name, `: Table: ${name} not found`)) };
}

export function deleteTable(database: Database, body: object): Answer {
  const { TableName: name } = validate<{ TableName: string }>(body, SHAPES.DeleteTable);
  const table = database.table(name, `: Table: ${name} not found`);
  if (table.description.DeletionProtectionEnabled) {
    throw invalid(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }
  database.dropTable(name);
  return { TableDescription: { ...described(table), TableStatus: 'DELETING' } };
}

export function listTables(database: Database, body: object): Answer {
  const request = validate<{ Limit?: number; ExclusiveStartTableName?: string }>(body, SHAPES.ListTables);
  const { Limit: limit = 100, ExclusiveStartTableName: after = '' } = request;
  const names = [...database.tables.keys()].filter((name) => name > after).sort();
  const page = names.slice(0, limit);
  return { TableNames: page, ...(names.length > limit ? { LastEvaluatedTableName: page.at(-1) } : {}) };
}

/** What is told of a table: its description and its counts as they are. */
export function described(table: Table): TableDescription {
  const counts = (index: IndexDescription) => ({ ...index, ItemCount: table.indexes.get(index.IndexName)?.size ?? 0 });
  const { GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = table.description;
  return {
    ...table.description,
    ...(global === undefined ? {} : { GlobalSecondaryIndexes: global.map(counts) }),
    ...(local === undefined ? {} : { LocalSecondaryIndexes: local.map(counts) }),
    ItemCount: table.items.size,
    TableSizeBytes: 0,
  };
}

/** A description with these features set; those that the request leaves out stay as they were. */
export function withFeatures(database: Database, before: TableDescription, request: TableFeatures): TableDescription {
  const after: TableDescription = { ...before };
  const { BillingMode: billing, SSESpecification: sse, StreamSpecification: stream } = request;
  if (request.DeletionProtectionEnabled !== undefined) after.DeletionProtectionEnabled = request.DeletionProtectionEnabled;
  if (billing !== undefined) after['BillingModeSummary'] = { BillingMode: billing };
  if (request.ProvisionedThroughput !== undefined || billing === 'PAY_PER_REQUEST') {
    after['ProvisionedThroughput'] = request.ProvisionedThroughput ?? { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
  }
  if (sse !== undefined) after['SSEDescription'] = { Status: sse.Enabled === true ? 'ENABLED' : 'DISABLED' };
  if (request.TableClass !== undefined) after['TableClassSummary'] = { TableClass: request.TableClass };
  if (request.OnDemandThroughput !== undefined) after['OnDemandThroughput'] = request.OnDemandThroughput;
  return stream === undefined ? after : { ...after, ...streamFields(database, after, stream) };
}

export function withIndexFields(database: Database, tableName: string, index: IndexDescription): IndexDescription {
  const arn = `${tableArn(database, tableName)}/index/${index.IndexName}`;
  return { ...index, IndexStatus: 'ACTIVE', IndexArn: arn };
}

function streamFields(
  database: Database,
  table: TableDescription,
  stream: NonNullable<TableDescription['StreamSpecification']>,
): Partial<TableDescription> {
  if (!stream.StreamEnabled) return { StreamSpecification: stream };
  if (stream.StreamViewType === undefined) {
    throw invalid('One or more parameter values were invalid: StreamViewType must be specified when StreamEnabled is true');
  }
  const label = new Date(database.options.now()).toISOString().slice(0, -1);
  return {
    StreamSpecification: stream,
    LatestStreamLabel: label,
    LatestStreamArn: `${tableArn(database, table.TableName)}/stream/${label}`,
  };
}

function indexed(database: Database, request: CreateTableRequest, field: 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes') {
  const indexes = request[field];
  return indexes && { [field]: indexes.map((index) => withIndexFields(database, request.TableName, index)) };
}

/** An attribute that no key uses is a mistake that AWS refuses, which dynalite lets pass when there are indexes. */
function checkDefinitionsAreUsed(request: CreateTableRequest): void {
  const indexes = [...(request.GlobalSecondaryIndexes ?? []), ...(request.LocalSecondaryIndexes ?? [])];
  const used = new Set([request, ...indexes].flatMap(({ KeySchema }) => KeySchema.map((key) => key.AttributeName)));
  const defined = request.AttributeDefinitions.map((definition) => definition.AttributeName);
  if (defined.every((name) => used.has(name))) return;
  throw invalid(
    'One or more parameter values were invalid: Some AttributeDefinitions are not used. ' +
      `AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`,
  );
}

function tableArn({ options }: Database, name: string): string {
  return `arn:aws:dynamodb:${options.region}:${options.accountId}:table/${name}`;
}
