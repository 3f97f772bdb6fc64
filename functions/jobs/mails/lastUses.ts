import { usageStores } from '../../usageDependencies.ts';

export const usage = usageStores();

/** When keys were last used, in ISO 8601; those that were never used are left out. */
export async function lastUsesOf(keyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const uses = await usage.lastUses(keyIds);
  return new Map([...uses].map(([keyId, { at }]) => [keyId, at]));
}
