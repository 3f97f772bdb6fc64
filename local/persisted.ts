import path from 'node:path';
import type { z } from 'zod';
import { readJsonFile, writePrivateJson } from './privateFile.ts';

/** A small value that survives a restart when there is a data folder, and lives in memory when there is none. */
export interface Persisted<T> {
  value: T;
  save(): void;
}

/** Opens `<dataDir>/<name>.json`, parsed by `schema`; `initial` where it does not exist yet. */
export function persisted<T>(options: { dataDir: string | undefined; name: string; schema: z.ZodType<T>; initial: T }): Persisted<T> {
  const { dataDir, name, schema, initial } = options;
  if (dataDir === undefined) return { value: initial, save: () => undefined };
  const file = path.join(dataDir, `${name}.json`);
  const stored = readJsonFile(file);
  const state: Persisted<T> = {
    value: stored === undefined ? initial : schema.parse(stored),
    save: () => writePrivateJson(file, state.value),
  };
  return state;
}
