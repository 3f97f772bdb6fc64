import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../table.ts';
import { readNoticeDays } from './noticeDays.ts';

// Access patterns (table keys):
//   until when sweeps have looked   pk SWEEP  sk SWEPT

const key = { pk: 'SWEEP', sk: 'SWEPT' };

export interface SweepState {
  /** Until when every date has been looked at, in milliseconds since 1970; null before the first sweep. */
  sweptUntil(): Promise<number | null>;
  /** Of two sweeps at once, the slower may set it back: what is looked at again is found recorded. */
  sweep(untilMs: number): Promise<void>;
  /** Every number of days that an organization was ever to be warned ahead. */
  noticeDays(): Promise<readonly number[]>;
}

export function sweepStateStore(table: Table): SweepState {
  return {
    async sweptUntil() {
      const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }));
      return typeof Item?.['untilMs'] === 'number' ? Item['untilMs'] : null;
    },
    async sweep(untilMs) {
      await table.client.send(new PutCommand({ TableName: table.name, Item: { ...key, untilMs } }));
    },
    noticeDays: () => readNoticeDays(table),
  };
}
