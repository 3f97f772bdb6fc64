import { array, assert, boolean, constantFrom, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedMap } from '../../../../local/dynamodb/sortedMap.ts';

const key = string({ minLength: 1, maxLength: 3, unit: constantFrom('a', 'b', 'c', '/') });

const keyOf = (i: number) => String((i * 7919) % 20_000).padStart(5, '0');

describe('SortedMap', () => {
  it('holds after any sequence of writes what a plain map would, and walks any range of it in order', () => {
    const write = record({ key, isDelete: boolean() });
    const bounds = record({ gt: key, gte: key, lt: key, lte: key, reverse: boolean() }, { requiredKeys: [] });
    assert(
      property(array(write, { maxLength: 200 }), bounds, (writes, { gt, gte, lt, lte, reverse = false }) => {
        const map = new SortedMap<string>();
        const model = new Set<string>();
        for (const { key, isDelete } of writes) {
          if (isDelete) map.delete(key);
          else map.set(key, key);
          if (isDelete) model.delete(key);
          else model.add(key);
        }
        // As dynalite gives them: at most one bound a side.
        const low = gt === undefined ? { gte } : { gt };
        const high = lt === undefined ? { lte } : { lt };
        const range = Object.fromEntries(Object.entries({ ...low, ...high, reverse }).filter(([, value]) => value !== undefined));
        const expected = [...model]
          .filter((key) => (gt === undefined ? gte === undefined || key >= gte : key > gt))
          .filter((key) => (lt === undefined ? lte === undefined || key <= lte : key < lt))
          .sort();
        expect([...map.range(range)]).toEqual(reverse ? expected.toReversed() : expected);
        expect(map.size).toBe(model.size);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps its order over many chunks, written in any order and emptied again', () => {
    const map = new SortedMap<number>();
    for (let i = 0; i < 20_000; i += 1) map.set(keyOf(i), Number(keyOf(i)));
    const all = [...map.range({})];
    expect(all).toHaveLength(20_000);
    expect(all.every((value, i) => value === i)).toBe(true);
    expect([...map.range({ gt: '10000', lte: '10003' })]).toEqual([10_001, 10_002, 10_003]);
    expect([...map.range({ gte: '00510', lt: '00514', reverse: true })]).toEqual([513, 512, 511, 510]);
    for (let i = 0; i < 20_000; i += 1) map.delete(keyOf(i));
    expect([map.size, [...map.range({})]]).toEqual([0, []]);
  });
});
