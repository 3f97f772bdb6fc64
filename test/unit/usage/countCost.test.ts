import { describe, expect, it } from 'vitest';
import { freshKey } from './freshKey.ts';
import { fivePastTen, numbered, usageLine } from './lines.ts';
import { useUsageTable } from './usageTable.ts';

const usage = useUsageTable();
let next = 0;

describe('what counting costs', () => {
  it.each([
    ['one key', 1, 1],
    ['ten keys of one organization', 10, 1],
    ['200 keys of one organization', 200, 1],
    ['200 keys of as many organizations', 200, 200],
  ])('1,000 lines of %s: at most three writes a key, and a few', async (_, keys, organizations) => {
    const { batch } = freshKey(usage());
    const base = (next += 1) * 100_000;
    const lines = Array.from({ length: 1_000 }, (_unused, index) =>
      usageLine(String(index), { keyId: numbered('key', base + (index % keys)), organizationId: numbered('org', base + (index % organizations)), atMs: fivePastTen + index }),
    );
    usage().forget();
    expect(await usage().counts().count(batch(...lines))).toEqual({ counted: 1_000, repeated: 0 });
    expect(usage().writes).toBeLessThanOrEqual(3 * keys + 12);
    expect(usage().writes).toBeGreaterThanOrEqual(2 * keys);
  });

  it('is five writes for a batch of one key: its hour, its organization’s, its last use, what was seen and the head of that', async () => {
    const { ofKey, count } = freshKey(usage());
    usage().forget();
    await count(ofKey('1'), ofKey('2'), ofKey('3'));
    expect(usage().writes).toBe(5);
    expect(usage().asked).toEqual(['BatchGetItem', 'UpdateItem', 'GetItem', 'BatchGetItem', 'TransactWriteItems']);
  });

  it('is nothing for a batch without a line that counts', async () => {
    const { count } = freshKey(usage());
    usage().forget();
    expect(await count()).toEqual({ counted: 0, repeated: 0 });
    expect(usage().asked).toEqual([]);
  });
});
