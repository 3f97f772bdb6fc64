import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectPage } from '../../../shared/api/collect.ts';

/** A list of the numbers from 1 to `length`, read in pages, which counts what was read. */
function listOf(length: number) {
  const sizes: number[] = [];
  const read = async (after: number | null, size: number) => {
    sizes.push(size);
    const from = after ?? 0;
    const rows = Array.from({ length: Math.max(0, Math.min(size, length - from)) }, (_, index) => from + index + 1);
    return { rows, hasMore: from + rows.length < length };
  };
  return { sizes, read };
}

function collect(options: { length: number; limit: number; after?: number | null; keep?: (row: number) => boolean }) {
  const { sizes, read } = listOf(options.length);
  const { keep, limit, after = null } = options;
  const page = collectPage<number, number, number>({
    limit,
    after,
    isFiltered: keep !== undefined,
    read,
    placeOf: (row) => row,
    toItem: (row) => (keep === undefined || keep(row) ? row : null),
  });
  return { sizes, page };
}

describe('a page of a list', () => {
  it('without a filter is read at its own size, once', async () => {
    const { sizes, page } = collect({ length: 10, limit: 3 });
    expect(await page).toEqual({ items: [1, 2, 3], next: 3 });
    expect(sizes).toEqual([3]);
  });

  it('that ends the list says so', async () => {
    expect(await collect({ length: 3, limit: 3 }).page).toEqual({ items: [1, 2, 3], next: null });
    expect(await collect({ length: 0, limit: 3 }).page).toEqual({ items: [], next: null });
    expect(await collect({ length: 5, limit: 3, after: 3 }).page).toEqual({ items: [4, 5], next: null });
  });

  it('with a filter goes on behind the last row that it looked at, not the last that was read', async () => {
    const even = (row: number) => row % 2 === 0;
    expect(await collect({ length: 100, limit: 3, keep: even }).page).toEqual({ items: [2, 4, 6], next: 6 });
    expect(await collect({ length: 6, limit: 3, keep: even }).page).toEqual({ items: [2, 4, 6], next: null });
    expect(await collect({ length: 7, limit: 3, keep: even }).page).toEqual({ items: [2, 4, 6], next: 6 });
  });

  it('looks at a thousand rows at most, and is empty with a place to go on where none of them fit', async () => {
    const { sizes, page } = collect({ length: 5_000, limit: 10, keep: (row) => row === 4_000 });
    expect(await page).toEqual({ items: [], next: 1_000 });
    expect(sizes).toEqual([100, 100, 100, 100, 100, 100, 100, 100, 100, 100]);
  });

  it('of rows as large as they may be ends where an answer would not hold more, and none is lost', async () => {
    // Each quote is four bytes in a Lambda's answer: JSON within JSON.
    const heavy = (row: number) => ({ row, text: '"'.repeat(100_000) });
    const sizes: number[] = [];
    const found: number[] = [];
    let after: number | null = null;
    do {
      const { read } = listOf(20);
      const page: { items: { row: number }[]; next: number | null } = await collectPage({ limit: 100, after, isFiltered: false, read, placeOf: (row: number) => row, toItem: heavy });
      sizes.push(page.items.length);
      found.push(...page.items.map(({ row }) => row));
      after = page.next;
    } while (after !== null);
    expect(sizes).toEqual([3, 3, 3, 3, 3, 3, 2]);
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  });

  it('after page, holds every row that fits once and in order', async () => {
    const property = fc.asyncProperty(fc.nat(400), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 90 }), async (length, limit, nth) => {
      const found: number[] = [];
      let after: number | null = null;
      do {
        const { items, next }: { items: number[]; next: number | null } = await collect({ length, limit, after, keep: (row) => row % nth === 0 }).page;
        expect(items.length).toBeLessThanOrEqual(limit);
        found.push(...items);
        after = next;
      } while (after !== null);
      expect(found).toEqual(Array.from({ length }, (_, index) => index + 1).filter((row) => row % nth === 0));
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
