import * as z from 'zod';
import { Problem } from '../errors/problems.ts';
import type { ListPlace } from '../indexPage.ts';

export const limitParameter = z.coerce
  .number({ error: 'must be a whole number from 1 to 100' })
  .int()
  .min(1)
  .max(100)
  .default(50);

export const pagingQuery = { limit: limitParameter, cursor: z.string().max(1000).optional() };

/** A page of a list; `nextCursor` is null on the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** An opaque text that holds a place in one list. */
export function encodeCursor(list: string, place: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, ...place]), 'utf8').toString('base64url');
}

/** The place that a cursor holds; throws 400 `invalid_cursor` for one of another list, or of none. */
export function decodeCursor(list: string, cursor: string, parts: number): string[] {
  const [of, ...place] = parse(cursor);
  if (of !== list || place.length !== parts) {
    throw new Problem('invalid_cursor', 'The cursor is not one that this list has given.');
  }
  return place;
}

function parse(cursor: string): string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    // Half a surrogate pair has no UTF-8, and no store would take it.
    return Array.isArray(value) && value.every((part) => typeof part === 'string' && part.isWellFormed()) ? value : [];
  } catch {
    return [];
  }
}

/** The cursor after a place in a list; null at its end. */
export function encodePlace(list: string, place: ListPlace | null): string | null {
  return place && encodeCursor(list, [place.id, place.createdAt]);
}

/** The place after which a page begins; null without a cursor. */
export function decodePlace(list: string, cursor: string | undefined): ListPlace | null {
  if (cursor === undefined) return null;
  const [id = '', createdAt = ''] = decodeCursor(list, cursor, 2);
  return { id, createdAt };
}
