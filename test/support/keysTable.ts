import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { startDynamo } from '../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../local/dynamodb/startDynamo.ts';
import { eventStore } from '../../shared/events/store.ts';
import type { EventStore } from '../../shared/events/store.ts';
import type { Table } from '../../shared/table.ts';
import { testCredentials } from './leaks.ts';

/** A table `keys` in an embedded store, for tests of what reads and writes it. */
export class KeysTable implements Table {
  readonly name = 'keys';
  readonly client: DynamoDBDocumentClient;
  /** Epoch milliseconds, as the stores and TTL see them. */
  nowMs = Date.UTC(2026, 10, 22, 8);
  #made = 0;

  constructor(endpoint: string) {
    this.client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: testCredentials }), {
      marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
    });
  }

  /** Events of this table, kept 400 days unless told otherwise. */
  events(retentionDays = 400): EventStore {
    return eventStore({
      table: this,
      nowMs: () => this.nowMs,
      newEventId: () => `evt_${String((this.#made += 1)).padStart(20, '0')}`,
      retentionDays,
    });
  }

  async put(item: Record<string, unknown>): Promise<void> {
    await this.client.send(new PutCommand({ TableName: this.name, Item: item }));
  }

  async partition(pk: string): Promise<Record<string, unknown>[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({ TableName: this.name, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, ConsistentRead: true }),
    );
    return Items;
  }
}

/** A table for the tests of one file. Call it where `describe` is called. */
export function useKeysTable(): () => KeysTable {
  let dynamo: EmbeddedDynamo | undefined;
  let table: KeysTable | undefined;
  beforeAll(async () => {
    dynamo = await startDynamo();
    table = new KeysTable(dynamo.endpoint);
    await table.client.send(new CreateTableCommand(definition));
  });
  afterAll(async () => {
    table?.client.destroy();
    await dynamo?.close();
  });
  return () => {
    if (!table) throw new Error('The table was not made.');
    return table;
  };
}

const definition: CreateTableCommandInput = {
  TableName: 'keys',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk', 'gsi3pk', 'gsi3sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: (
    [
      ['byOrganization', 'gsi1', 'ALL'],
      ['byExpiry', 'gsi2', 'KEYS_ONLY'],
      ['byRotation', 'gsi3', 'KEYS_ONLY'],
    ] as const
  ).map(([IndexName, prefix, ProjectionType]) => ({
    IndexName,
    KeySchema: [
      { AttributeName: `${prefix}pk`, KeyType: 'HASH' },
      { AttributeName: `${prefix}sk`, KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType },
  })),
};
