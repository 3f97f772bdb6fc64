import { notFound } from '../../shared/errors/problems.ts';
import type { KeyRecord } from '../../shared/keys/key.ts';
import { keysTableStores } from '../dependencies.ts';

const { keys } = keysTableStores();

/** The key of a path. Another organization's is the same 404, at the same cost, as one that never was. */
export async function loadKey(params: Readonly<Record<string, string>>): Promise<KeyRecord> {
  const key = await keys.get(params['keyId'] ?? '');
  if (!key || key.organizationId !== params['organizationId']) throw notFound();
  return key;
}
