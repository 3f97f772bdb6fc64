import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { GetItemCommandInput, GetItemCommandOutput } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

/** What the authorizer would read with otherwise: the SDK's DynamoDB client, with nothing around it. */
export function getItem(input: GetItemCommandInput): Promise<GetItemCommandOutput> {
  return client.send(new GetItemCommand(input));
}
