import { describeError, log } from './log.ts';
import { usageStores } from './usageDependencies.ts';

const usage = usageStores();

/** When keys were last used, in ISO 8601; those that were never used are left out. */
export async function lastUsesOf(keyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const uses = await usage.lastUses(keyIds);
  return new Map([...uses].map(([keyId, { at }]) => [keyId, at]));
}

/** The same for what must not fail with the counters, to see or revoke a key, or to mail: where they do, nothing is known. */
export async function knownUsesOf(keyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  try {
    return await lastUsesOf(keyIds);
  } catch (error) {
    log('WARN', 'last uses not read', { error: describeError(error) });
    return new Map();
  }
}
