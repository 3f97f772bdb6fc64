import { keySchema } from './key.ts';
import type { Key, KeyRecord } from './key.ts';
import { deriveStatus } from './status.ts';

const shown = Object.keys(keySchema.shape);

/** The record as the API shows it: the fields of `Key` and no others. */
export function viewKey(record: KeyRecord, nowMs: number, lastUsedAt: string | null = null): Key {
  const all: Record<string, unknown> = { ...record, status: deriveStatus(record, nowMs), lastUsedAt };
  return keySchema.parse(Object.fromEntries(shown.map((field) => [field, all[field]])));
}
