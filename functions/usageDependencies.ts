import type { Table } from '../shared/table.ts';
import { countStore } from '../shared/usage/countStore.ts';
import type { CountStore } from '../shared/usage/countStore.ts';
import { usageStore } from '../shared/usage/store.ts';
import type { UsageStore } from '../shared/usage/store.ts';
import { config } from './config.ts';
import { documentClient, nowMs } from './dependencies.ts';
import { readEnv } from './env.ts';

/** What reads the table `usage`. */
export function usageStores(): UsageStore {
  return usageStore(usageTable());
}

/** What writes it. */
export function usageCounts(): CountStore {
  return countStore({ table: usageTable(), nowMs, keptDays: config.usage.retentionDays });
}

function usageTable(): Table {
  return { client: documentClient(), name: readEnv('USAGE_TABLE').USAGE_TABLE };
}
