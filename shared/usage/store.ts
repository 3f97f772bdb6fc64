import { queryAll } from '../queryAll.ts';
import type { Table } from '../table.ts';
import { parseHour } from './hourItem.ts';
import type { UsageHour } from './hourItem.ts';
import { hourOf } from './hours.ts';
import { readIdle, readLastUses } from './lastUseStore.ts';
import type { LastUse } from './lastUseStore.ts';

// Access patterns (table usage):
//   hours of a key or an organization, oldest first   pk USAGE#<keyId or organizationId>  sk HOUR#<hour>
//   last use of keys                                  lastUseStore.ts
// What writes them is in countStore.ts.

export interface UsageStore {
  /** The hours of a key or an organization in which there was anything, oldest first; both ends on the hour, `toMs` exclusive. */
  hours(id: string, range: { readonly fromMs: number; readonly toMs: number }): Promise<UsageHour[]>;
  /** The last use of each of the keys that were used at all, by key id. */
  lastUses(keyIds: readonly string[]): Promise<Map<string, LastUse>>;
  /** Ids of the keys whose last use lay on one of the days (`2026-11-22`), in UTC. */
  idleSince(days: readonly string[]): Promise<readonly string[]>;
}

export function usageStore(table: Table): UsageStore {
  return {
    async hours(id, { fromMs, toMs }) {
      if (fromMs >= toMs) return [];
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': `USAGE#${id}`, ':first': `HOUR#${hourOf(fromMs)}`, ':last': `HOUR#${hourOf(toMs - 1)}` },
      });
      return items.map(parseHour);
    },
    lastUses: (keyIds) => readLastUses(table, keyIds),
    idleSince: (days) => readIdle(table, days),
  };
}
