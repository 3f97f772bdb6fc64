import type { Key, KeyRecord } from '../../../shared/keys/key.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import { describeError, log } from '../../log.ts';
import { usageStores } from '../../usageDependencies.ts';

const usage = usageStores();

/** Records as the API shows them, with their last use. */
export async function viewKeys(records: readonly KeyRecord[], nowMs: number): Promise<Key[]> {
  const lastUses = await lastUsesOf(records.map(({ id }) => id));
  return records.map((record) => viewKey(record, nowMs, lastUses.get(record.id) ?? null));
}

/** One record as the API shows it, with its last use. */
export async function viewUsedKey(record: KeyRecord, nowMs: number): Promise<Key> {
  const lastUses = await lastUsesOf([record.id]);
  return viewKey(record, nowMs, lastUses.get(record.id) ?? null);
}

/** Counters are no reason to keep anybody from seeing or revoking a key: where they fail, nothing is known of its use. */
async function lastUsesOf(keyIds: readonly string[]): Promise<Map<string, string>> {
  try {
    const lastUses = await usage.lastUses(keyIds);
    return new Map([...lastUses].map(([keyId, { at }]) => [keyId, at]));
  } catch (error) {
    log('WARN', 'last uses not read', { error: describeError(error) });
    return new Map();
  }
}
