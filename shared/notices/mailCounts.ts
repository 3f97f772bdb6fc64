import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../table.ts';
import { dayMs, toIso } from '../time.ts';
import { unlessRefused } from '../unlessRefused.ts';
import { outboxPartition } from './outboxPartition.ts';

// Access patterns (table keys):
//   mails of an organization on a day        pk OUTBOX#<shard>    sk SENT#<organizationId>#<date>

/** Counts a mail of an organization on the day of `nowMs`, in UTC; false where `max` of them were counted already. */
export async function countMail(table: Table, { organizationId, max, nowMs }: { organizationId: string; max: number; nowMs: number }): Promise<boolean> {
  const hasRoom = 'attribute_not_exists(#sent) OR #sent < :max';
  return unlessRefused(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: countPlace(organizationId, nowMs),
        UpdateExpression: 'SET #purgeAt = :purgeAt ADD #sent :one',
        ConditionExpression: hasRoom,
        ExpressionAttributeNames: { '#sent': 'sent', '#purgeAt': 'purgeAt' },
        ExpressionAttributeValues: { ':one': 1, ':max': max, ':purgeAt': Math.ceil((nowMs + 3 * dayMs) / 1000) },
      }),
    ),
  );
}

/** Gives back the count of a mail that was not sent after all. */
export async function uncountMail(table: Table, organizationId: string, nowMs: number): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: countPlace(organizationId, nowMs),
      UpdateExpression: 'ADD #sent :minusOne',
      ExpressionAttributeNames: { '#sent': 'sent' },
      ExpressionAttributeValues: { ':minusOne': -1 },
    }),
  );
}

function countPlace(organizationId: string, nowMs: number): { pk: string; sk: string } {
  return { pk: outboxPartition(organizationId), sk: `SENT#${organizationId}#${toIso(nowMs).slice(0, 10)}` };
}
