import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { startDynamo } from '../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../local/dynamodb/startDynamo.ts';
import { tableLike } from './tableLike.ts';

/**
 * The store under test: the embedded one, or whatever answers at DYNAMODB_ENDPOINT (Amazon's DynamoDB Local). Where the
 * two may differ, a test asks for `embedded` and says so in its name.
 */
export interface Store {
  readonly client: DynamoDBClient;
  readonly doc: DynamoDBDocumentClient;
  readonly streams: DynamoDBStreamsClient;
  /** A table like the product's: keys `pk` and `sk`, sparse index `byGroup` (`group`, `rank`), stream of both images. */
  readonly table: string;
  /** The embedded store itself; undefined when another is tested. */
  readonly embedded: EmbeddedDynamo | undefined;
}

const otherEndpoint = process.env['DYNAMODB_ENDPOINT'];
/** Whether the embedded store is tested, and not one that others wrote. */
export const isEmbedded = otherEndpoint === undefined;

/** A store for the tests of one file, with a table of their own. Call it where `describe` is called. */
export function useStore(): Store {
  let store: Store | undefined;
  beforeAll(async () => {
    store = await openStore();
    await createTable(store.client, tableLike(store.table));
  });
  afterAll(async () => {
    store?.client.destroy();
    store?.streams.destroy();
    await store?.embedded?.close();
  });
  return new Proxy({} as Store, { get: (_target, name) => Reflect.get(store ?? {}, name) });
}

async function openStore(): Promise<Store> {
  const embedded = isEmbedded ? await startDynamo() : undefined;
  const config = {
    endpoint: otherEndpoint ?? embedded?.endpoint ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const client = new DynamoDBClient(config);
  const doc = DynamoDBDocumentClient.from(client);
  return { client, doc, streams: new DynamoDBStreamsClient(config), table: newTableName(), embedded };
}

export function newTableName(): string {
  return `conformance-${randomUUID()}`;
}

export async function createTable(client: DynamoDBClient, definition: CreateTableCommandInput): Promise<void> {
  await client.send(new CreateTableCommand(definition));
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: definition.TableName });
}

/** The error that a call ends with; fails when it ends without one. */
export async function errorOf(call: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const outcome: unknown = await call.then(
    () => new Error('The call was expected to fail, and did not.'),
    (error: unknown) => error,
  );
  return outcome as Error & Record<string, unknown>;
}
