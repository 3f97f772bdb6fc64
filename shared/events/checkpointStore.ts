import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../table.ts';
import { checkpointSchema } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { sequenceText } from './store.ts';

// Access patterns (table keys):
//   checkpoints of an organization, newest first   pk EVENTS#<organizationId>  sk CHECKPOINT#<sequence, 12 digits>
// They outlive the events: a few hundred bytes a day at most.

export interface CheckpointStore {
  put(checkpoint: Checkpoint): Promise<void>;
  page(organizationId: string, before: number | null, size: number): Promise<{ rows: readonly Checkpoint[]; hasMore: boolean }>;
}

export function checkpointStore(table: Table): CheckpointStore {
  return {
    async put(checkpoint) {
      const key = { pk: `EVENTS#${checkpoint.organizationId}`, sk: `CHECKPOINT#${sequenceText(checkpoint.sequence)}` };
      await table.client.send(new PutCommand({ TableName: table.name, Item: { ...key, ...checkpoint } }));
    },
    async page(organizationId, before, size) {
      const last = before === null ? '9'.repeat(12) : sequenceText(Math.max(0, before - 1));
      const { Items = [], LastEvaluatedKey } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': `EVENTS#${organizationId}`,
            ':first': `CHECKPOINT#${sequenceText(0)}`,
            ':last': `CHECKPOINT#${last}`,
          },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: size,
        }),
      );
      return { rows: Items.map((item) => checkpointSchema.strip().parse(item)), hasMore: LastEvaluatedKey !== undefined };
    },
  };
}
