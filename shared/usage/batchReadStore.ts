import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../table.ts';

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export type Item = Readonly<Record<string, unknown>>;

const maxKeys = 100;
const maxTries = 6;

/** The items that are there, in no order; any number of keys, each once. Eventually consistent. */
export async function readItems(table: Table, keys: readonly ItemKey[]): Promise<Item[]> {
  const pages = Array.from({ length: Math.ceil(keys.length / maxKeys) }, (_, page) => keys.slice(page * maxKeys, (page + 1) * maxKeys));
  return (await Promise.all(pages.map((page) => readPage(table, page)))).flat();
}

/** Asks again, after a growing pause, for what the store left out because it was busy. */
async function readPage(table: Table, page: readonly ItemKey[]): Promise<Item[]> {
  const items: Item[] = [];
  let Keys = page.map(({ pk, sk }) => ({ pk, sk }) as Record<string, string>);
  for (let tried = 1; tried <= maxTries; tried += 1) {
    const { Responses, UnprocessedKeys } = await table.client.send(new BatchGetCommand({ RequestItems: { [table.name]: { Keys } } }));
    items.push(...(Responses?.[table.name] ?? []));
    const left = UnprocessedKeys?.[table.name]?.Keys ?? [];
    if (left.length === 0) return items;
    Keys = left;
    await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** tried));
  }
  throw new Error(`The store left out ${Keys.length} of ${page.length} items, ${maxTries} times.`);
}
