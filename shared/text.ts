import * as z from 'zod';

// Control characters, and those that turn the direction of what follows: a name could be made to read as another.
const notForNames = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

/** One line of 1 to `max` characters, trimmed, without control characters; the message says how long it was. */
export function line(label: string, max: number) {
  return z
    .string({ error: ({ input }) => (input === undefined ? `${label} is missing.` : `${label} must be a text.`) })
    .trim()
    .refine((text) => text.length >= 1 && text.length <= max, {
      error: ({ input }) => `${label} must be 1–${max} characters, got ${String(input).length}.`,
    })
    .refine((text) => !notForNames.test(text) && text.isWellFormed(), { error: `${label} must not hold control characters.` })
    .meta({ minLength: 1, maxLength: max });
}
