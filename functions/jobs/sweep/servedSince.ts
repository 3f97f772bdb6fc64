import { hourMs } from '../../../shared/time.ts';
import { nowMs } from '../../dependencies.ts';
import { usageStores } from '../../usageDependencies.ts';

const usage = usageStores();

/** Whether requests with a key were let through in the hours from a time on, that of the time included. */
export async function isServedSince(keyId: string, sinceMs: number): Promise<boolean> {
  const fromMs = Math.floor(sinceMs / hourMs) * hourMs;
  const hours = await usage.hours(keyId, { fromMs, toMs: (Math.floor(nowMs() / hourMs) + 1) * hourMs });
  return hours.some(({ requests, refusals }) => requests > Object.values(refusals).reduce((sum, refused) => sum + refused, 0));
}
