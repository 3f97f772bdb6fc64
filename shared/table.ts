import type { DynamoDBDocumentClient, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';

/** A table and the client that reaches it. */
export interface Table {
  readonly client: Pick<DynamoDBDocumentClient, 'send'>;
  readonly name: string;
}

/** One action of a transaction, with the name that its refused condition goes by. */
export interface Write {
  readonly name: string;
  readonly action: NonNullable<TransactWriteCommandInput['TransactItems']>[number];
}
