import type { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Table } from '../../../shared/table.ts';
import { readItems } from '../../../shared/usage/batchReadStore.ts';

const keys = ['a', 'b', 'c'].map((pk) => ({ pk, sk: 's' }));

/** A store that is busy: of what it is asked for it answers the first so many. */
function busyTable(answered: number) {
  const asked: string[][] = [];
  const send = async ({ input }: BatchGetCommand) => {
    const { Keys = [] } = input.RequestItems?.['usage'] ?? {};
    asked.push(Keys.map(({ pk }) => String(pk)));
    const left = Keys.slice(answered);
    return { Responses: { usage: Keys.slice(0, answered) }, UnprocessedKeys: left.length === 0 ? {} : { usage: { Keys: left } } };
  };
  return { asked, table: { name: 'usage', client: { send } } as unknown as Table };
}

describe('a read of many items', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks again for what the store has left out, and for that alone', async () => {
    const { asked, table } = busyTable(1);
    const items = readItems(table, keys);
    await vi.runAllTimersAsync();
    expect(await items).toEqual(keys);
    expect(asked).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
  });

  it('fails after six tries, and does not answer with a part', async () => {
    const { asked, table } = busyTable(0);
    const failure = readItems(table, keys).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await failure).toEqual(new Error('The store left out 3 of 3 items, 6 times.'));
    expect(asked).toHaveLength(6);
  });
});
