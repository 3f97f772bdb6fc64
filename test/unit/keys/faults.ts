import type { z } from 'zod';

/** Where a schema finds fault with a body: `scopes.1`, or `-` for the whole. */
export function faults(schema: z.ZodType, body: unknown): string[] {
  const { error } = schema.safeParse(body);
  return [...new Set((error?.issues ?? []).map(({ path }) => path.join('.') || '-'))];
}
