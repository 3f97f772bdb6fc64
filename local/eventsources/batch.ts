import type { EventRecord, PendingRecord, StreamMapping } from './streamMapping.ts';

/** Lambda hands over at most 6 MB, what it writes around the records included. */
const mostBytes = 6 * 1024 * 1024 - 1024;

/** The records for one call, gathered from a stream in its order. */
export class Batch {
  readonly records: PendingRecord[] = [];
  /** Sequence number of the last record that is in it or that its filters held back. */
  through: string | undefined;
  /** By `performance.now()`: when it has waited long enough for more. */
  dueMs = Infinity;
  #bytes = 0;
  readonly #mapping: Pick<StreamMapping, 'batchSize' | 'batchingWindowSec' | 'filters'>;

  constructor(mapping: Pick<StreamMapping, 'batchSize' | 'batchingWindowSec' | 'filters'>) {
    this.#mapping = mapping;
  }

  get isFull(): boolean {
    return this.records.length >= this.#mapping.batchSize;
  }

  /** Takes a record, or holds it back by the filters; false where there is no room for it any more. */
  take(record: EventRecord, nowMs: number): boolean {
    const { filters, batchingWindowSec } = this.#mapping;
    if (filters.length === 0 || filters.some((matches) => matches(record))) {
      const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
      if (this.isFull || (this.records.length > 0 && this.#bytes + bytes > mostBytes)) return false;
      this.#bytes += bytes;
      this.records.push({ record, readMs: nowMs });
      this.dueMs = Math.min(this.dueMs, nowMs + batchingWindowSec * 1000);
    }
    this.through = record.dynamodb.SequenceNumber;
    return true;
  }
}
