import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { CreatedResource, ResolvedResource, ResourceHandlers } from '../cloudformation/resourceTypes.ts';
import type { PlatformServices } from '../services.ts';
import { DynamoError } from './dynamoClient.ts';
import type { DynamoClient } from './dynamoClient.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const projection = z.object({ ProjectionType: z.string().optional(), NonKeyAttributes: z.array(z.string()).optional() });
const index = z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projection });
const stream = z.object({ StreamViewType: z.string() });

/** What AWS::DynamoDB::Table and ::GlobalTable have in common, as far as it has an effect on this platform. */
const tableProperties = z.object({
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: stream.optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: z.union([z.boolean(), z.stringbool()]) }).optional(),
});
type TableProperties = z.infer<typeof tableProperties>;

const description = z.object({
  TableArn: z.string(),
  TableId: z.string().optional(),
  LatestStreamArn: z.string().optional(),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(index.extend({ KeySchema: keySchema })).optional(),
});

async function createTable(resource: ResolvedResource, { dynamo }: PlatformServices): Promise<CreatedResource> {
  const properties = tableProperties.parse(resource.properties);
  const name = properties.TableName ?? physicalName(resource.stack, resource.logicalId);
  await createWhereMissing(dynamo, name, properties);
  const described = description.parse((await dynamo.call('DescribeTable', { TableName: name }))['Table']);
  refuseOtherShape(name, properties, described);
  await enableTimeToLive(dynamo, name, properties);
  const { TableArn, TableId, LatestStreamArn } = described;
  return { ref: name, attributes: { Arn: TableArn, TableId, StreamArn: LatestStreamArn } };
}

async function createWhereMissing(dynamo: DynamoClient, name: string, properties: TableProperties): Promise<void> {
  const { StreamSpecification, TimeToLiveSpecification: _ttl, ...shape } = properties;
  try {
    await dynamo.call('CreateTable', {
      ...shape,
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      ...(StreamSpecification && { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
    });
  } catch (error) {
    // The table of an earlier start: its data stays.
    if (!(error instanceof DynamoError && error.name === 'ResourceInUseException')) throw error;
  }
  await waitUntilActive(dynamo, name);
}

async function waitUntilActive(dynamo: DynamoClient, name: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { Table } = await dynamo.call('DescribeTable', { TableName: name });
    if ((Table as { TableStatus?: string } | undefined)?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`The table ${name} did not become active within 5 s.`);
}

/** A table that an older template made cannot be used under a newer one: say so instead of failing at some query. */
function refuseOtherShape(name: string, wanted: TableProperties, found: z.infer<typeof description>): void {
  const indexKeys = (indexes: TableProperties['GlobalSecondaryIndexes'] = []): unknown =>
    Object.fromEntries(indexes.map(({ IndexName, KeySchema }) => [IndexName, KeySchema]));
  const isSame =
    isDeepStrictEqual(wanted.KeySchema, found.KeySchema) &&
    isDeepStrictEqual(indexKeys(wanted.GlobalSecondaryIndexes), indexKeys(found.GlobalSecondaryIndexes));
  if (!isSame) throw new Error(`The stored table ${name} has other keys or indexes than the template asks for. Start with --fresh to begin with empty tables.`);
}

async function enableTimeToLive(dynamo: DynamoClient, name: string, { TimeToLiveSpecification }: TableProperties): Promise<void> {
  const { AttributeName, Enabled } = TimeToLiveSpecification ?? {};
  if (AttributeName === undefined || Enabled !== true) return;
  const { TimeToLiveDescription } = await dynamo.call('DescribeTimeToLive', { TableName: name });
  if ((TimeToLiveDescription as { AttributeName?: string } | undefined)?.AttributeName === AttributeName) return;
  await dynamo.call('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: { AttributeName, Enabled } });
}

export const tableResources: ResourceHandlers = {
  'AWS::DynamoDB::Table': createTable,
  'AWS::DynamoDB::GlobalTable': createTable,
};
