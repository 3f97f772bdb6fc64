import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

/** A row's own key and its place in a list of the index `byOrganization`. */
export interface IndexPlace {
  readonly pk: string;
  readonly sk: string;
  readonly gsi1sk: string;
}

/** What a place in a list of things follows from, and what a cursor holds. */
export interface ListPlace {
  readonly id: string;
  readonly createdAt: string;
}

/** Up to `size` rows of a list after a place, and whether there are more. Eventually consistent, as every index is. */
export async function readIndexPage(
  table: Table,
  options: { list: string; after: IndexPlace | null; size: number; newestFirst: boolean },
): Promise<{ rows: readonly Record<string, unknown>[]; hasMore: boolean }> {
  const { list, after } = options;
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'byOrganization',
      KeyConditionExpression: 'gsi1pk = :list',
      ExpressionAttributeValues: { ':list': list },
      ScanIndexForward: !options.newestFirst,
      Limit: options.size,
      ...(after ? { ExclusiveStartKey: { ...after, gsi1pk: list } } : {}),
    }),
  );
  return { rows: Items, hasMore: LastEvaluatedKey !== undefined };
}
