import { randomBase62 } from './base62.ts';
import type { RandomBytes } from './base62.ts';

const lengthByPrefix = { org: 12, key: 12, mem: 12, evt: 20, whe: 12, dlv: 20 } as const;

export type IdPrefix = keyof typeof lengthByPrefix;

/** `<prefix>_<base62>`: unguessable enough not to collide, never a secret. */
export function newId(prefix: IdPrefix, randomBytes: RandomBytes): string {
  return `${prefix}_${randomBase62(lengthByPrefix[prefix], randomBytes)}`;
}
