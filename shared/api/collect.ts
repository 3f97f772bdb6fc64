// Rows that one answer may cost: a filter that fits one row in a million must not read a million.
const maxExamined = 1000;
const pageSize = 100;
// What one page may weigh, so that rows which someone made as large as they may be cannot make a list unreadable: a
// Lambda answer holds 6 MB. An export puts several pages into one.
const maxPageBytes = 1_000_000;

/** Bytes that a text takes in a Lambda's answer, which holds it as a JSON string. */
export function answerBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/**
 * Reads a list page by page until `limit` rows pass the filter, the list ends, 1,000 rows were looked at, or the items
 * weigh 1 MB.
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
  let [examined, bytes] = [0, 0];
  let hasMore = true;
  while (hasMore && items.length < limit && examined < maxExamined && bytes < maxPageBytes) {
    const page = await options.read(after, options.isFiltered ? pageSize : limit);
    hasMore = page.hasMore;
    for (const row of page.rows) {
      if (items.length === limit || bytes >= maxPageBytes) {
        hasMore = true;
        break;
      }
      examined += 1;
      after = placeOf(row);
      const item = toItem(row);
      if (item === null) continue;
      items.push(item);
      bytes += answerBytes(JSON.stringify(item));
    }
  }
  return { items, next: hasMore ? after : null };
}
