import { hourMs } from '../../../shared/time.ts';
import { nowMs } from '../../dependencies.ts';
import { usageStores } from '../../usageDependencies.ts';

export const usage = usageStores();

/** When keys were last used, in ISO 8601; those that were never used are left out. */
export async function lastUsesOf(keyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const uses = await usage.lastUses(keyIds);
  return new Map([...uses].map(([keyId, { at }]) => [keyId, at]));
}

/** Whether requests with a key were let through in the hours from a time on, that of the time included. */
export async function isServedSince(keyId: string, sinceMs: number): Promise<boolean> {
  const fromMs = Math.floor(sinceMs / hourMs) * hourMs;
  const hours = await usage.hours(keyId, { fromMs, toMs: (Math.floor(nowMs() / hourMs) + 1) * hourMs });
  return hours.some(({ requests, refusals }) => requests > Object.values(refusals).reduce((sum, refused) => sum + refused, 0));
}
