/** Bounds of a range of keys; none given: everything. `reverse` walks from the end. */
export interface KeyRange {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
}

const CHUNK_KEYS = 512;

/** Values in the order of their keys. Keys live in chunks, so a write moves some hundred of them, however many there are. */
export class SortedMap<V> {
  readonly #values = new Map<string, V>();
  readonly #chunks: string[][] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  values(): IterableIterator<V> {
    return this.#values.values();
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    const at = this.#seek(key, false);
    const chunk = this.#chunks[at.chunk];
    chunk?.splice(at.offset, 1);
    if (chunk?.length === 0) this.#chunks.splice(at.chunk, 1);
  }

  /** The values of a range, in order. The map must not change while the walk goes on. */
  *range(bounds: KeyRange): Generator<V> {
    yield* bounds.reverse === true ? this.#descend(bounds) : this.#ascend(bounds);
  }

  *#ascend({ gt, gte, lt, lte }: KeyRange): Generator<V> {
    const from = gt === undefined ? this.#seek(gte ?? '', false) : this.#seek(gt, true);
    for (let chunk = from.chunk, offset = from.offset; chunk < this.#chunks.length; chunk += 1, offset = 0) {
      for (const key of (this.#chunks[chunk] ?? []).slice(offset)) {
        if ((lt !== undefined && key >= lt) || (lte !== undefined && key > lte)) return;
        yield this.#values.get(key) as V;
      }
    }
  }

  *#descend({ gt, gte, lt, lte }: KeyRange): Generator<V> {
    const before = this.#endOf(lt, lte);
    for (let chunk = before.chunk, end = before.offset; chunk >= 0; chunk -= 1) {
      const keys = this.#chunks[chunk] ?? [];
      for (const key of keys.slice(0, end ?? keys.length).reverse()) {
        if ((gt !== undefined && key <= gt) || (gte !== undefined && key < gte)) return;
        yield this.#values.get(key) as V;
      }
      end = undefined;
    }
  }

  #endOf(lt: string | undefined, lte: string | undefined): { chunk: number; offset: number | undefined } {
    if (lt !== undefined) return this.#seek(lt, false);
    if (lte !== undefined) return this.#seek(lte, true);
    return { chunk: this.#chunks.length - 1, offset: undefined };
  }

  /** Where the first key is that is not below `key` (or, with `past`, that is above it). */
  #seek(key: string, past: boolean): { chunk: number; offset: number } {
    const isBelow = past ? (other: string) => other <= key : (other: string) => other < key;
    const chunk = firstIndex(this.#chunks.length, (i) => !isBelow(this.#chunks[i]?.at(-1) ?? ''));
    const keys = this.#chunks[chunk] ?? [];
    return { chunk, offset: firstIndex(keys.length, (i) => !isBelow(keys[i] ?? '')) };
  }

  #insert(key: string): void {
    const at = this.#seek(key, false);
    const index = Math.min(at.chunk, this.#chunks.length - 1);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push([key]);
      return;
    }
    chunk.splice(at.chunk === index ? at.offset : chunk.length, 0, key);
    if (chunk.length > CHUNK_KEYS) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK_KEYS / 2));
  }
}

/** The first index below `length` that satisfies a claim that holds from there on; `length` when none does. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
