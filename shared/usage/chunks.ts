import { hourOf, minuteOf } from './hours.ts';
import type { UsageLine } from './readBatch.ts';

/** Actions of a transaction beside the one that guards the stream. */
const maxItems = 99;
/** Eight bytes of each go into an item of at most 400 kB. */
const maxLines = 10_000;

/**
 * Cuts lines into what one transaction can count: a counter for each hour of a key and of an organization, a marker for
 * each minute. A key's lines stay together where they can, so that it costs one write.
 */
export function cutIntoChunks(lines: readonly UsageLine[]): UsageLine[][] {
  const chunks: UsageLine[][] = [];
  let items = new Set<string>();
  for (const line of lines.toSorted(byOrganizationAndKey)) {
    const itsItems = itemsOf(line);
    const size = items.size + itsItems.filter((item) => !items.has(item)).length;
    const chunk = chunks.at(-1);
    if (chunk && size <= maxItems && chunk.length < maxLines) {
      chunk.push(line);
      for (const item of itsItems) items.add(item);
    } else {
      chunks.push([line]);
      items = new Set(itsItems);
    }
  }
  return chunks;
}

function itemsOf({ record, loggedAtMs }: UsageLine): string[] {
  const hour = hourOf(record.atMs);
  return [`${record.keyId} ${hour}`, `${record.organizationId} ${hour}`, minuteOf(loggedAtMs)];
}

function byOrganizationAndKey(a: UsageLine, b: UsageLine): number {
  return compare(placeOf(a), placeOf(b)) || a.record.atMs - b.record.atMs;
}

function placeOf({ record }: UsageLine): string {
  return `${record.organizationId} ${record.keyId}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
