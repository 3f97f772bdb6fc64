import * as z from 'zod';
import type { Operator } from './operator.ts';

const scanShape = z.object({ Items: z.array(z.record(z.string(), z.unknown())), LastEvaluatedKey: z.unknown().optional() });

/** Physical name of the table `keys`. */
export async function keysTable(operator: Operator): Promise<string> {
  return tableOf(operator, 'Keys');
}

/** Physical name of the table `usage`. */
export async function usageTable(operator: Operator): Promise<string> {
  return tableOf(operator, 'Usage');
}

async function tableOf(operator: Operator, name: 'Keys' | 'Usage'): Promise<string> {
  const tables = await operator.resources('Gatewarden-Data', 'AWS::DynamoDB::GlobalTable');
  const table = tables.find(({ logicalId }) => logicalId.startsWith(name));
  if (!table) throw new Error(`Stack Gatewarden-Data has no table "${name}".`);
  return table.physicalId;
}

const streamShape = z.object({ Table: z.object({ LatestStreamArn: z.string() }) });

/** ARN of the stream of the table `keys`. */
export async function keysStream(operator: Operator): Promise<string> {
  return streamShape.parse(await operator.aws('dynamodb', 'describe_table', { TableName: await keysTable(operator) })).Table.LatestStreamArn;
}

/** Every item of a table, in DynamoDB's own notation. */
export async function allItems(operator: Operator, table: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const items: Record<string, unknown>[] = [];
  let startKey: unknown;
  do {
    const answer = await operator.aws('dynamodb', 'scan', {
      TableName: table,
      ConsistentRead: true,
      ...(startKey ? { ExclusiveStartKey: startKey } : {}),
    });
    const page = scanShape.parse(answer);
    items.push(...page.Items);
    startKey = page.LastEvaluatedKey;
  } while (startKey);
  return items;
}
