// Rows that one answer may cost: a filter that fits one row in a million must not read a million.
const maxExamined = 1000;
const pageSize = 100;

/**
 * Reads a list page by page until `limit` rows pass the filter, the list ends, or 1,000 rows were looked at.
 * `next` is the place of the last row that was looked at; null at the end of the list.
 */
export async function collectPage<Row, Item, Place>(options: {
  limit: number;
  after: Place | null;
  /** Whether `toItem` may leave rows out; if not, no more rows are read than are asked for. */
  isFiltered: boolean;
  read: (after: Place | null, size: number) => Promise<{ rows: readonly Row[]; hasMore: boolean }>;
  placeOf: (row: Row) => Place;
  /** What is listed of a row; null to leave it out. */
  toItem: (row: Row) => Item | null;
}): Promise<{ items: Item[]; next: Place | null }> {
  const { limit, toItem, placeOf } = options;
  const items: Item[] = [];
  let { after } = options;
  let examined = 0;
  let hasMore = true;
  while (hasMore && items.length < limit && examined < maxExamined) {
    const page = await options.read(after, options.isFiltered ? pageSize : limit);
    hasMore = page.hasMore;
    for (const row of page.rows) {
      if (items.length === limit) {
        hasMore = true;
        break;
      }
      examined += 1;
      after = placeOf(row);
      const item = toItem(row);
      if (item !== null) items.push(item);
    }
  }
  return { items, next: hasMore ? after : null };
}
