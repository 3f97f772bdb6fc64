import type { z } from 'zod';

/** A change that has to name a field. One of unknown fields alone is not empty: its faults are named already. */
export function someChange<T extends z.ZodObject>(fields: T): T {
  return fields.refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: 'Name at least one field to change.',
    when: ({ issues }) => issues.length === 0,
  });
}
