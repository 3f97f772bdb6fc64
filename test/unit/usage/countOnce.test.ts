import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { freshKey, hoursOf } from './freshKey.ts';
import { fivePastTen, numbered } from './lines.ts';
import { useUsageTable } from './usageTable.ts';

const usage = useUsageTable();

describe('a line that is handed over again', () => {
  it('does not count twice, and costs no write', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    expect(await count(ofKey('1'), ofKey('2'))).toEqual({ counted: 2, repeated: 0 });
    usage().forget();
    expect(await count(ofKey('1'), ofKey('2'))).toEqual({ counted: 0, repeated: 2 });
    expect(usage().writes).toBe(0);
    expect(await hoursOf(usage(), keyId)).toMatchObject([{ requests: 2 }]);
  });

  it('does not count twice among new ones', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(ofKey('2'), ofKey('4'));
    expect(await count(ofKey('1'), ofKey('2'), ofKey('3'))).toEqual({ counted: 2, repeated: 1 });
    expect(await count(ofKey('3'), ofKey('4'), ofKey('5'))).toEqual({ counted: 1, repeated: 2 });
    expect(await hoursOf(usage(), keyId)).toMatchObject([{ requests: 5 }]);
  });

  it('is another line in another stream, though its id is the same', async () => {
    const { keyId, ofKey, batch } = freshKey(usage());
    await usage().counts().count(batch(ofKey('1')));
    await usage().counts().count({ ...batch(ofKey('1')), logStream: 'another' });
    await usage().counts().count({ ...batch(ofKey('1')), logGroup: '/another' });
    expect(await hoursOf(usage(), keyId)).toMatchObject([{ requests: 3 }]);
  });

  it('does not count twice when two deliveries are counted at the same time, in different groups', async () => {
    const { keyId, ofKey, batch } = freshKey(usage());
    const lines = Array.from({ length: 30 }, (_, index) => ofKey(String(index)));
    const groups = [lines.slice(0, 20), lines.slice(10), lines.slice(5, 25), lines];
    const outcomes = await Promise.all(groups.map((group) => usage().counts().count(batch(...group))));
    expect(outcomes.reduce((sum, { counted }) => sum + counted, 0)).toBe(30);
    expect(await hoursOf(usage(), keyId)).toMatchObject([{ requests: 30 }]);
  });

  it('counts where the first time failed in the middle, and what was counted by then counts once', async () => {
    const { organizationId, ofKey, count } = freshKey(usage());
    const lines = Array.from({ length: 250 }, (_, index) => ofKey(String(index), { keyId: numbered('key', 10_000 + index) }));
    let transactions = 0;
    usage().before = (name) => {
      if (name === 'TransactWriteItems' && (transactions += 1) === 2) throw new Error('socket hang up');
    };
    await expect(count(...lines)).rejects.toThrow('socket hang up');
    expect((await hoursOf(usage(), organizationId))[0]?.requests).toBe(97);
    usage().forget();
    expect(await count(...lines)).toEqual({ counted: 153, repeated: 97 });
    expect(await hoursOf(usage(), organizationId)).toMatchObject([{ requests: 250 }]);
  });

  it('is looked for strongly consistent: a moment ago is when it was counted by whoever was first', async () => {
    const { ofKey, count } = freshKey(usage());
    await count(ofKey('1'));
    const reads: [name: string, isConsistent: boolean][] = [];
    usage().before = (name, input) => {
      if (name === 'GetItem' || name === 'Query') reads.push([name, 'ConsistentRead' in input && input.ConsistentRead === true]);
    };
    await count(ofKey('1'));
    usage().forget();
    expect(reads).toEqual([['GetItem', true], ['Query', true]]);
  });

  it('is remembered for 15 days, a day longer than a queue of failures keeps it, and its stream for a day more', async () => {
    const { ofKey, count } = freshKey(usage());
    const before = usage().nowMs;
    usage().nowMs = fivePastTen;
    await count(ofKey('1'));
    usage().nowMs = before;
    const all = await Promise.all((await streams()).map((pk) => usage().partition(pk)));
    const kept = all.flat().filter(({ purgeAt }) => purgeAt === Date.UTC(2026, 11, 7, 10, 5) / 1000);
    expect(kept.map(({ sk }) => String(sk).split('#')[0])).toContain('MINUTE');
    expect(all.flat()).toContainEqual(expect.objectContaining({ sk: 'HEAD', purgeAt: Date.UTC(2026, 11, 8, 10, 5) / 1000 }));
  });
});

async function streams(): Promise<string[]> {
  const { Items = [] } = await usage().client.send(new ScanCommand({ TableName: 'usage' }));
  return [...new Set(Items.map(({ pk }) => String(pk)).filter((pk) => pk.startsWith('SEEN#')))];
}

describe('a transaction that the store cancels', () => {
  const cancelled = (...codes: string[]) =>
    new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons: codes.map((Code) => ({ Code })) });

  /** Cancels the first transactions, and says how often counting paused. */
  async function countThrough(cancellations: Error[]) {
    const { keyId, ofKey, batch } = freshKey(usage());
    usage().before = (name) => {
      const next = name === 'TransactWriteItems' ? cancellations.shift() : undefined;
      if (next) throw next;
    };
    const pauses: number[] = [];
    const counted = usage().counts(async (ms) => void pauses.push(ms)).count(batch(ofKey('1')));
    const outcome = await counted.catch((error: Error) => error.message).finally(() => usage().forget());
    return { outcome, pauses, requests: (await hoursOf(usage(), keyId))[0]?.requests };
  }

  it.each([
    ['another transaction was on a counter', cancelled('None', 'None', 'TransactionConflict', 'None')],
    ['a counter’s partition was busy', cancelled('None', 'None', 'ThrottlingError', 'None')],
    ['another delivery was counted first', cancelled('ConditionalCheckFailed', 'None', 'None', 'None')],
  ])('is tried again, after a pause, where %s', async (_, reason) => {
    const { outcome, pauses, requests } = await countThrough([reason, reason]);
    expect([outcome, requests]).toEqual([{ counted: 1, repeated: 0 }, 1]);
    expect(pauses).toHaveLength(2);
    expect(pauses.every((ms) => ms >= 0 && ms <= 400)).toBe(true);
  });

  it('is given up after twenty tries, so that the batch comes again later', async () => {
    const { outcome, requests } = await countThrough(Array.from({ length: 20 }, () => cancelled('None', 'TransactionConflict')));
    expect([outcome, requests]).toEqual(['Others kept writing the same counters, 20 times.', undefined]);
  });

  it('is not tried again for what will not pass, nor where nothing says that it will', async () => {
    expect((await countThrough([cancelled()])).outcome).toBe('cancelled');
    expect((await countThrough([cancelled('None', 'ValidationError')])).outcome).toBe('cancelled');
  });
});
