import type { Key, KeyRecord } from '../../../shared/keys/key.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import { knownUsesOf } from '../../lastUses.ts';

/** Records as the API shows them, with their last use. */
export async function viewKeys(records: readonly KeyRecord[], nowMs: number): Promise<Key[]> {
  const lastUses = await knownUsesOf(records.map(({ id }) => id));
  return records.map((record) => viewKey(record, nowMs, lastUses.get(record.id) ?? null));
}

/** One record as the API shows it, with its last use. */
export async function viewUsedKey(record: KeyRecord, nowMs: number): Promise<Key> {
  const lastUses = await knownUsesOf([record.id]);
  return viewKey(record, nowMs, lastUses.get(record.id) ?? null);
}
