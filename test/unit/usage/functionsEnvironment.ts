import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, vi } from 'vitest';
import { startDynamo } from '../../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../../local/dynamodb/startDynamo.ts';
import { tableDefinition } from './usageTable.ts';

/** Both tables in an embedded store, and the environment in which functions find them: import functions after this. */
export function useTables(): { put: (table: 'keys' | 'usage', item: Record<string, unknown>) => Promise<void> } {
  let dynamo: EmbeddedDynamo | undefined;
  let client: DynamoDBDocumentClient | undefined;
  beforeAll(async () => {
    dynamo = await startDynamo();
    const environment = { AWS_ENDPOINT_URL: dynamo.endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', KEYS_TABLE: 'keys', USAGE_TABLE: 'usage' };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    await client.send(new CreateTableCommand(tableDefinition('keys', 'byOrganization', 'ALL')));
    await client.send(new CreateTableCommand(tableDefinition('usage', 'byLastUse', 'KEYS_ONLY')));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    client?.destroy();
    await dynamo?.close();
  });
  return {
    put: async (TableName, Item) => void (await client?.send(new PutCommand({ TableName, Item }))),
  };
}
