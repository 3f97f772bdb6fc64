import type { Database } from '../database.ts';
import { failure, invalid } from '../failure.ts';
import { SHAPES, validate } from '../validate.ts';
import type { IndexDescription, TableDescription } from '../wire.ts';
import { described, withFeatures, withIndexFields } from './tables.ts';
import type { TableFeatures } from './tables.ts';

interface IndexUpdate {
  Create?: IndexDescription;
  Delete?: { IndexName: string };
  Update?: { IndexName: string };
}

interface UpdateTableRequest extends TableFeatures {
  GlobalSecondaryIndexUpdates?: IndexUpdate[];
}

/** In force at once, a new index filled. */
export function updateTable(database: Database, body: object): Record<string, unknown> {
  const request = validate<UpdateTableRequest>(body, SHAPES.UpdateTable);
  const { TableName: name } = request;
  const table = database.table(name, `: Table: ${name} not found`);
  if (Object.keys(request).length === 1) {
    throw invalid(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or ' +
        'SSESpecification or ReplicaUpdates is required',
    );
  }
  checkStreamChange(table.description, request);
  const featured = withFeatures(database, table.description, request);
  const indexes = (request.GlobalSecondaryIndexUpdates ?? []).reduce(
    (list, update) => withIndexUpdate(database, featured, list, update),
    featured.GlobalSecondaryIndexes ?? [],
  );
  const AttributeDefinitions = definitions(featured, indexes, request.AttributeDefinitions ?? []);
  const after: TableDescription = { ...featured, AttributeDefinitions, GlobalSecondaryIndexes: indexes };
  if (indexes.length === 0) delete after.GlobalSecondaryIndexes;
  return { TableDescription: described(database.saveTable(after, table.settings)) };
}

function checkStreamChange(table: TableDescription, { StreamSpecification: wanted }: UpdateTableRequest): void {
  const isStreaming = table.StreamSpecification?.StreamEnabled === true;
  if (wanted === undefined || wanted.StreamEnabled !== isStreaming) return;
  throw invalid(
    isStreaming
      ? `Table already has an enabled stream: TableName: ${table.TableName}`
      : `Table has no stream to disable: TableName: ${table.TableName}`,
  );
}

function withIndexUpdate(
  database: Database,
  table: TableDescription,
  indexes: IndexDescription[],
  { Create: created, Delete: deleted, Update: updated }: IndexUpdate,
): IndexDescription[] {
  const name = created?.IndexName ?? deleted?.IndexName ?? updated?.IndexName;
  const exists = indexes.some((index) => index.IndexName === name);
  if (created !== undefined) {
    if (exists) throw invalid(`One or more parameter values were invalid: Duplicate index name: ${name}`);
    return [...indexes, withIndexFields(database, table.TableName, created)];
  }
  if (!exists) throw failure('ResourceNotFoundException', 'Requested resource not found');
  return deleted === undefined ? indexes : indexes.filter((index) => index.IndexName !== name);
}

/** The definitions of all attributes that a key uses, the request's before those that are there. */
function definitions(
  table: TableDescription,
  indexes: IndexDescription[],
  given: TableDescription['AttributeDefinitions'],
): TableDescription['AttributeDefinitions'] {
  const known = new Map([...table.AttributeDefinitions, ...given].map((definition) => [definition.AttributeName, definition]));
  const sources = [table, ...indexes, ...(table.LocalSecondaryIndexes ?? [])];
  const used = new Set(sources.flatMap(({ KeySchema }) => KeySchema.map((key) => key.AttributeName)));
  return [...used].map((name) => {
    const definition = known.get(name);
    if (definition !== undefined) return definition;
    throw invalid(
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. ' +
        `Keys: [${[...used].join(', ')}], AttributeDefinitions: [${[...known.keys()].join(', ')}]`,
    );
  });
}
