import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { startDynamo } from '../../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../../local/dynamodb/startDynamo.ts';
import type { Table } from '../../../shared/table.ts';
import { countStore } from '../../../shared/usage/countStore.ts';
import type { CountStore } from '../../../shared/usage/countStore.ts';
import { testCredentials } from '../../support/leaks.ts';

/** A table `usage` in an embedded store, with an account of what is asked of it. */
export class UsageTable implements Table {
  readonly name = 'usage';
  readonly client: DynamoDBDocumentClient;
  readonly endpoint: string;
  /** Epoch milliseconds. */
  nowMs = Date.UTC(2026, 10, 22, 10, 30);
  /** Names of requests since it was emptied. */
  readonly asked: string[] = [];
  /** Items that were written since `asked` was emptied, refused writes included. */
  writes = 0;
  /** Called before a request goes out. */
  before: (name: string, input: object) => Promise<void> | void = () => undefined;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    this.client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: testCredentials }));
    this.client.middlewareStack.add(
      (next, { commandName = '' }) => async (args) => {
        const { TransactItems } = args.input as { TransactItems?: unknown[] };
        this.asked.push(commandName.replace('Command', ''));
        this.writes += TransactItems?.length ?? (/^(Put|Update|Delete)/.test(commandName) ? 1 : 0);
        await this.before(commandName.replace('Command', ''), args.input);
        return next(args);
      },
      { step: 'initialize' },
    );
  }

  counts(pause: (ms: number) => Promise<void> = async () => undefined): CountStore {
    return countStore({ table: this, nowMs: () => this.nowMs, keptDays: 400, pause });
  }

  async partition(pk: string): Promise<Record<string, unknown>[]> {
    const query = new QueryCommand({ TableName: this.name, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } });
    return (await this.client.send(query)).Items ?? [];
  }

  /** Ids of the keys that stand at a place of the index `byLastUse`. */
  async idle(gsi1pk: string): Promise<unknown[]> {
    const query = new QueryCommand({ TableName: this.name, IndexName: 'byLastUse', KeyConditionExpression: 'gsi1pk = :pk', ExpressionAttributeValues: { ':pk': gsi1pk } });
    return ((await this.client.send(query)).Items ?? []).map((item) => item['gsi1sk']);
  }

  forget(): void {
    this.asked.length = 0;
    this.writes = 0;
    this.before = () => undefined;
  }
}

/** A table for the tests of one file. Call it where `describe` is called. */
export function useUsageTable(): () => UsageTable {
  let dynamo: EmbeddedDynamo | undefined;
  let table: UsageTable | undefined;
  beforeAll(async () => {
    dynamo = await startDynamo();
    table = new UsageTable(dynamo.endpoint);
    await table.client.send(new CreateTableCommand(tableDefinition('usage', 'byLastUse', 'KEYS_ONLY')));
    table.forget();
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

export function tableDefinition(TableName: string, IndexName: string, ProjectionType: 'ALL' | 'KEYS_ONLY') {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' as const },
      { AttributeName: 'sk', KeyType: 'RANGE' as const },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName,
        KeySchema: [
          { AttributeName: 'gsi1pk', KeyType: 'HASH' as const },
          { AttributeName: 'gsi1sk', KeyType: 'RANGE' as const },
        ],
        Projection: { ProjectionType },
      },
    ],
  };
}
