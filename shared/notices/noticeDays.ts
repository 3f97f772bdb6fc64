import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table, Write } from '../table.ts';

// Access patterns (table keys):
//   every number of days that an organization was ever to be warned ahead   pk NOTICEDAYS  sk NOTICEDAYS, a number set
//
// So that a sweep need not read all organizations. A number that none uses any more costs it a few empty queries.

const key = { pk: 'NOTICEDAYS', sk: 'NOTICEDAYS' };

/** Adds an organization's `noticeDays` to those that sweeps look for. */
export function noteNoticeDays(table: Table, days: readonly number[]): Write[] {
  if (days.length === 0) return [];
  return [
    {
      name: 'noticeDays',
      action: {
        Update: {
          TableName: table.name,
          Key: key,
          UpdateExpression: 'ADD #days :days',
          ExpressionAttributeNames: { '#days': 'days' },
          ExpressionAttributeValues: { ':days': new Set(days) },
        },
      },
    },
  ];
}

export async function readNoticeDays(table: Table): Promise<readonly number[]> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }));
  const days: unknown = Item?.['days'];
  return days instanceof Set ? [...days].map(Number) : [];
}
