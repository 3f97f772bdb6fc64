import { usageStore } from '../../../shared/usage/store.ts';
import { fivePastTen, numbered, usageLine } from './lines.ts';
import type { UsageTable } from './usageTable.ts';

let used = 0;

/** A key and an organization that no other test of the file counts for, and a stream of their own. */
export function freshKey(usage: UsageTable) {
  used += 1;
  const [keyId, organizationId] = [numbered('key', used), numbered('org', used)];
  const ofKey = (id: string, changed: Parameters<typeof usageLine>[1] = {}) => usageLine(id, { keyId, organizationId, ...changed });
  const batch = (...lines: ReturnType<typeof usageLine>[]) => ({ logGroup: '/orders', logStream: `stream-${organizationId}`, lines });
  return { keyId, organizationId, ofKey, batch, count: (...lines: ReturnType<typeof usageLine>[]) => usage.counts().count(batch(...lines)) };
}

/** What is counted of a key or an organization, from a year before to a day after. */
export async function hoursOf(usage: UsageTable, id: string) {
  const dayMs = 86_400_000;
  return usageStore(usage).hours(id, { fromMs: fivePastTen - 400 * dayMs, toMs: fivePastTen + dayMs });
}
