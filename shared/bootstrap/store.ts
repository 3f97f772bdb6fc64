import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table, Write } from '../table.ts';

// Access patterns (table keys):
//   what bootstraps have made, newest first   pk BOOTSTRAP  sk <root key generation, 8 digits>

const recordSchema = z.object({ generation: z.int(), organizationId: z.string(), rootKeyId: z.string() });

/** What the bootstrap of one root key generation made. */
export type BootstrapRecord = z.infer<typeof recordSchema>;

export interface BootstrapStore {
  /** The latest bootstrap; null before the first. */
  latest(): Promise<BootstrapRecord | null>;
  /** Claims a generation: refused as `bootstrap` when it was done before. */
  claim(record: BootstrapRecord): Write;
}

export function bootstrapStore(table: Table): BootstrapStore {
  return {
    async latest() {
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :bootstrap',
          ExpressionAttributeValues: { ':bootstrap': 'BOOTSTRAP' },
          ScanIndexForward: false,
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      return Items[0] ? recordSchema.parse(Items[0]) : null;
    },
    claim(record) {
      const item = { pk: 'BOOTSTRAP', sk: String(record.generation).padStart(8, '0'), ...record };
      const notThereYet = 'attribute_not_exists(pk)';
      return { name: 'bootstrap', action: { Put: { TableName: table.name, Item: item, ConditionExpression: notThereYet } } };
    },
  };
}
