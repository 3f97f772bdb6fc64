import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { env } from './env.ts';
import type { Order } from './order.ts';

// Access patterns: partition organizationId, sort orderId. An order is only ever asked for together with the
// organization of the caller, so that another organization's order is not there.
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function putOrder(organizationId: string, order: Order): Promise<void> {
  await client.send(new PutCommand({ TableName: env.ordersTable, Item: { organizationId, ...order } }));
}

export async function getOrder(organizationId: string, orderId: string): Promise<Order | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: env.ordersTable, Key: { organizationId, orderId }, ConsistentRead: true }),
  );
  return Item && toOrder(Item);
}

/** A page of an organization's orders, in the order of their ids, from behind `after`. */
export async function listOrders(
  organizationId: string,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ items: Order[]; next: string | null }> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: env.ordersTable,
      KeyConditionExpression: 'organizationId = :organizationId',
      ExpressionAttributeValues: { ':organizationId': organizationId },
      Limit: page.limit,
      ...(page.after && { ExclusiveStartKey: { organizationId, orderId: page.after } }),
    }),
  );
  const last: unknown = LastEvaluatedKey?.['orderId'];
  return { items: Items.map(toOrder), next: typeof last === 'string' ? last : null };
}

/** Without the organization's id: it is the caller's own. */
function toOrder(item: Record<string, unknown>): Order {
  const { orderId, item: name, quantity, createdAt, placedBy } = item as unknown as Order;
  return { orderId, item: name, quantity, createdAt, placedBy };
}
