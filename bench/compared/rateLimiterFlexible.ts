import { CreateTableCommand, DynamoDB } from '@aws-sdk/client-dynamodb';
import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';

/** What is used of the package, which is here only while measurements run. */
interface RateLimiter {
  consume(key: string): Promise<unknown>;
}
type RateLimiterDynamo = new (options: object, ready: (error?: Error) => void) => RateLimiter;

export interface FlexibleLimiter {
  /** Whether one request of this key passes. */
  readonly take: (key: string) => Promise<boolean>;
  /** Calls that cost a write so far; a refused condition costs one as well. */
  readonly writes: () => number;
}

const TableName = 'flexible';

/** Its table, in the form that it asks for. */
export async function createFlexibleTable(endpoint: string): Promise<void> {
  const client = new DynamoDB({ endpoint });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
    }),
  );
  client.destroy();
}

/** `rate-limiter-flexible` on DynamoDB, with the client that it asks for. */
export async function flexibleLimiter(endpoint: string, { limit, windowSec }: { limit: number; windowSec: number }): Promise<FlexibleLimiter> {
  const name = 'rate-limiter-flexible';
  const { RateLimiterDynamo } = (await import(name)) as { RateLimiterDynamo: RateLimiterDynamo };
  const dynamo = new DynamoDB({ endpoint });
  let writes = 0;
  const storeClient = {
    updateItem: (input: UpdateItemCommandInput) => {
      writes += 1;
      return dynamo.updateItem(input);
    },
  };
  const limiter = await new Promise<RateLimiter>((resolve, reject) => {
    const options = { storeClient, tableName: TableName, tableCreated: true, ttlSet: true, points: limit, duration: windowSec };
    const made: RateLimiter = new RateLimiterDynamo(options, (error) => (error ? reject(error) : setImmediate(() => resolve(made))));
  });
  const take = (key: string): Promise<boolean> =>
    limiter.consume(key).then(
      () => true,
      (refusal: unknown) => {
        if (refusal instanceof Error) throw refusal;
        return false;
      },
    );
  return { take, writes: () => writes };
}
