import type { z } from 'zod';
import { configSchema } from '../shared/config/config.ts';
import type { Config } from '../shared/config/config.ts';

/** Reads the configuration of a deployment. Throws an error that lists each wrong field: where it is, what it must be. */
export function parseConfig(raw: unknown): Config {
  const result = configSchema.safeParse(raw);
  if (result.success) return result.data;
  const lines = result.error.issues.flatMap(describe);
  throw new Error(`gatewarden.config.ts is not valid:\n${lines.map((line) => `  - ${line}`).join('\n')}`);
}

function describe(issue: z.core.$ZodIssue): string[] {
  const at = fieldName(issue.path);
  // zod names the unknown and the badly named fields beside the path.
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${fieldName([...issue.path, key])}: is not a field of the configuration`);
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${at}: its name ${message}`);
  return [`${at}: ${issue.message}`];
}

function fieldName(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the configuration';
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`)).join('');
}
