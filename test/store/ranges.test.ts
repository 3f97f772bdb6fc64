import { BatchWriteCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTable, errorOf, newTableName, useStore } from './store.ts';
import { tableLike } from './tableLike.ts';

const two = (i: number) => String(i).padStart(2, '0');
const where = (expression: string, values: object) => ({
  KeyConditionExpression: expression,
  ExpressionAttributeValues: values as Record<string, unknown>,
});
const inGroup = (group: string) => ({
  IndexName: 'byGroup',
  KeyConditionExpression: '#group = :g',
  ExpressionAttributeNames: { '#group': 'group' },
  ExpressionAttributeValues: { ':g': group },
});
const sortKeys = (answer: { Items?: Record<string, unknown>[] | undefined }) => answer.Items?.map((item) => item['sk']);

describe('queries and scans', () => {
  const store = useStore();
  const write = async (items: Record<string, unknown>[], table = store.table) => {
    for (let i = 0; i < items.length; i += 25) {
      const RequestItems = { [table]: items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } })) };
      await store.doc.send(new BatchWriteCommand({ RequestItems }));
    }
  };
  const query = (rest: Partial<QueryCommandInput>) => store.doc.send(new QueryCommand({ TableName: store.table, ...rest }));

  beforeAll(async () => {
    await write(Array.from({ length: 12 }, (_, i) => ({ pk: 'p', sk: `s${two(i)}`, i })));
    await write([{ pk: 'p2', sk: 's00' }, { pk: 'o', sk: 's11' }]);
    await write([-20, -3.5, 0, 0.25, 7, 30, 1e10].map((rank) => ({ pk: `r${rank}`, sk: 'x', group: 'g', rank })));
    await write([{ pk: 'sparse', sk: 'x', group: 'g' }, { pk: 'sparse', sk: 'y', rank: 3 }]);
    // Enough items with the same index keys that a page has to end among them.
    await write(Array.from({ length: 300 }, (_, i) => ({ pk: `same${i}`, sk: 'x', group: 'same', rank: 1 })));
  });

  it.each([
    ['begins_with(sk, :a)', 's0', undefined, ['s00', 's01', 's02', 's03', 's04', 's05', 's06', 's07', 's08', 's09']],
    ['sk = :a', 's05', undefined, ['s05']],
    ['sk < :a', 's02', undefined, ['s00', 's01']],
    ['sk <= :a', 's02', undefined, ['s00', 's01', 's02']],
    ['sk > :a', 's09', undefined, ['s10', 's11']],
    ['sk >= :a', 's09', undefined, ['s09', 's10', 's11']],
    ['sk BETWEEN :a AND :b', 's03', 's05', ['s03', 's04', 's05']],
    ['sk > :a', 's05x', undefined, ['s06', 's07', 's08', 's09', 's10', 's11']],
    ['begins_with(sk, :a)', 'zz', undefined, []],
  ])('%s with %s and %s finds just those', async (condition, a, b, expected) => {
    const values = { ':p': 'p', ':a': a, ...(b === undefined ? {} : { ':b': b }) };
    expect(sortKeys(await query(where(`pk = :p AND ${condition}`, values)))).toEqual(expected);
    const backwards = await query({ ...where(`pk = :p AND ${condition}`, values), ScanIndexForward: false });
    expect(sortKeys(backwards)).toEqual(expected.toReversed());
  });

  it.each([true, false])('pages by a limit hold every item once, in order (forward: %s)', async (ScanIndexForward) => {
    const seen: unknown[] = [];
    let from: Record<string, unknown> | undefined;
    let pages = 0;
    do {
      const page = await query({ ...where('pk = :p AND sk >= :a', { ':p': 'p', ':a': 's01' }), ScanIndexForward, Limit: 4, ExclusiveStartKey: from });
      seen.push(...(sortKeys(page) ?? []));
      from = page.LastEvaluatedKey;
      pages += 1;
    } while (from !== undefined);
    const expected = ['s01', 's02', 's03', 's04', 's05', 's06', 's07', 's08', 's09', 's10', 's11'];
    expect(seen).toEqual(ScanIndexForward ? expected : expected.toReversed());
    expect(pages).toBe(3);
  });

  it('a page may start at a key that is not there', async () => {
    const from = { ExclusiveStartKey: { pk: 'p', sk: 's04x' }, Limit: 2 };
    expect(sortKeys(await query({ ...where('pk = :p', { ':p': 'p' }), ...from }))).toEqual(['s05', 's06']);
  });

  it('a page that ends with the last item still says where it ended', async () => {
    const page = await query({ ...where('pk = :p', { ':p': 'p' }), Limit: 12 });
    expect(page.LastEvaluatedKey).toEqual({ pk: 'p', sk: 's11' });
    const rest = await query({ ...where('pk = :p', { ':p': 'p' }), Limit: 12, ExclusiveStartKey: page.LastEvaluatedKey });
    expect(rest.Items).toEqual([]);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  it('a limit counts what was looked at, not what a filter let through', async () => {
    const page = await query({
      ...where('pk = :p', { ':p': 'p', ':i': 3 }),
      FilterExpression: 'i > :i',
      Limit: 5,
    });
    expect(sortKeys(page)).toEqual(['s04']);
    expect([page.Count, page.ScannedCount]).toEqual([1, 5]);
    expect(page.LastEvaluatedKey).toEqual({ pk: 'p', sk: 's04' });
  });

  it('a count comes without items, a projection with just its attributes', async () => {
    const count = await query({ ...where('pk = :p', { ':p': 'p' }), Select: 'COUNT' });
    expect([count.Count, count.Items]).toEqual([12, undefined]);
    const projected = await query({ ...where('pk = :p', { ':p': 'p' }), ProjectionExpression: 'i', Limit: 2 });
    expect(projected.Items).toEqual([{ i: 0 }, { i: 1 }]);
  });

  it('an index holds the items that have its keys, in the order of their numbers', async () => {
    const { Items } = await query(inGroup('g'));
    expect(Items?.map((item) => item['rank'])).toEqual([-20, -3.5, 0, 0.25, 7, 30, 1e10]);
    const between = await query({
      ...inGroup('g'),
      KeyConditionExpression: '#group = :g AND #rank BETWEEN :a AND :b',
      ExpressionAttributeNames: { '#group': 'group', '#rank': 'rank' },
      ExpressionAttributeValues: { ':g': 'g', ':a': -4, ':b': 7 },
    });
    expect(between.Items?.map((item) => item['rank'])).toEqual([-3.5, 0, 0.25, 7]);
  });

  it.each([true, false])('items with the same index keys are paged through, each once (forward: %s)', async (ScanIndexForward) => {
    const seen = new Map<unknown, number>();
    let from: Record<string, unknown> | undefined;
    do {
      const page = await query({ ...inGroup('same'), ScanIndexForward, Limit: 7, ExclusiveStartKey: from });
      for (const { pk } of page.Items ?? []) seen.set(pk, (seen.get(pk) ?? 0) + 1);
      from = page.LastEvaluatedKey;
      if (from !== undefined) expect(Object.keys(from).sort()).toEqual(['group', 'pk', 'rank', 'sk']);
    } while (from !== undefined);
    expect(seen.size).toBe(300);
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
  });

  it('a page ends at about 1 MB', async () => {
    await write(Array.from({ length: 5 }, (_, i) => ({ pk: 'large', sk: `s${i}`, body: 'x'.repeat(300_000) })));
    const first = await query(where('pk = :p', { ':p': 'large' }));
    expect(first.Items).toHaveLength(4);
    const rest = await query({ ...where('pk = :p', { ':p': 'large' }), ExclusiveStartKey: first.LastEvaluatedKey });
    expect(sortKeys(rest)).toEqual(['s4']);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  it('a strongly consistent read of a global index is refused', async () => {
    expect((await errorOf(query({ ...inGroup('g'), ConsistentRead: true }))).name).toBe('ValidationException');
  });

  it.each([
    ['a range over partition keys', where('pk > :p', { ':p': 'p' })],
    ['no partition key', where('sk = :p', { ':p': 'p' })],
    ['two conditions on the sort key', where('pk = :p AND sk > :p AND sk < :p', { ':p': 'p' })],
    ['a filter on a key', { ...where('pk = :p', { ':p': 'p' }), FilterExpression: 'sk > :p' }],
    ['a start outside of the range', { ...where('pk = :p AND sk < :p', { ':p': 'p' }), ExclusiveStartKey: { pk: 'p', sk: 'q' } }],
    ['a start in another partition', { ...where('pk = :p', { ':p': 'p' }), ExclusiveStartKey: { pk: 'q', sk: 'q' } }],
    ['an index that is not there', { ...where('pk = :p', { ':p': 'p' }), IndexName: 'byNothing' }],
  ])('%s is a validation error', async (_claim, request) => {
    expect((await errorOf(query(request))).name).toBe('ValidationException');
  });

  it('a scan reads its own table only: all of it, each item once, in pages and in segments', async () => {
    const TableName = newTableName();
    await createTable(store.client, tableLike(TableName));
    const keys = Array.from({ length: 60 }, (_, i) => `k${two(i)}`);
    await write(keys.map((pk) => ({ pk, sk: 'x' })), TableName);
    const scanAll = async (rest: Partial<ScanCommandInput>) => {
      const seen: unknown[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await store.doc.send(new ScanCommand({ TableName, ...rest, ExclusiveStartKey: from }));
        seen.push(...(page.Items ?? []).map((item) => item['pk']));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return seen;
    };
    expect((await scanAll({ Limit: 7 })).sort()).toEqual(keys);
    const segments = await Promise.all([0, 1, 2].map((Segment) => scanAll({ Segment, TotalSegments: 3, Limit: 7 })));
    expect(segments.flat().sort()).toEqual(keys);
    const filter = { FilterExpression: 'pk < :max', ExpressionAttributeValues: { ':max': 'k03' } };
    expect((await scanAll(filter)).sort()).toEqual(['k00', 'k01', 'k02']);
  });

  it('a scan of an index holds what the index holds', async () => {
    const page = await store.doc.send(new ScanCommand({ TableName: store.table, IndexName: 'byGroup', Select: 'COUNT' }));
    expect(page.Count).toBe(307);
  });
});
