import { GetCommand, PutCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { useStore } from './store.ts';

const times = <T>(count: number, run: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => run(i)));

/** Whether a write took effect; any refusal but one that a concurrent writer explains is thrown on. */
async function succeeds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    const { name } = error as Error;
    const explained = ['ConditionalCheckFailedException', 'TransactionCanceledException', 'TransactionConflictException'];
    if (explained.includes(name)) return false;
    throw error;
  }
}

describe('writers at the same time', () => {
  const store = useStore();
  const at = (pk: string) => ({ TableName: store.table, Key: { pk, sk: 's' } });

  it('a claim that only one may make is made by one', async () => {
    const claims = await times(40, (i) =>
      succeeds(
        store.doc.send(
          new PutCommand({
            TableName: store.table,
            Item: { pk: 'claim', sk: 's', by: i },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      ),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    const { Item } = await store.doc.send(new GetCommand(at('claim')));
    expect(Item?.['by']).toBe(claims.indexOf(true));
  });

  it('no addition is lost', async () => {
    const add = { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } };
    await times(100, () => store.doc.send(new UpdateCommand({ ...at('sum'), ...add })));
    const { Item } = await store.doc.send(new GetCommand({ ...at('sum'), ConsistentRead: true }));
    expect(Item?.['n']).toBe(100);
  });

  it('writers that check a version lose no change', async () => {
    await store.doc.send(new PutCommand({ TableName: store.table, Item: { pk: 'version', sk: 's', version: 0 } }));
    const increment = async (): Promise<void> => {
      for (;;) {
        const { Item } = await store.doc.send(new GetCommand({ ...at('version'), ConsistentRead: true }));
        const version = Number(Item?.['version']);
        const update = new UpdateCommand({
          ...at('version'),
          UpdateExpression: 'SET version = :next',
          ConditionExpression: 'version = :seen',
          ExpressionAttributeValues: { ':seen': version, ':next': version + 1 },
        });
        if (await succeeds(store.doc.send(update))) return;
      }
    };
    await times(8, increment);
    const { Item } = await store.doc.send(new GetCommand({ ...at('version'), ConsistentRead: true }));
    expect(Item?.['version']).toBe(8);
  });

  it('a numbered chain written in transactions has no gap and no number twice', async () => {
    await store.doc.send(new PutCommand({ TableName: store.table, Item: { pk: 'head', sk: 's', chained: 0 } }));
    const append = async (writer: number): Promise<number> => {
      for (;;) {
        const { Item } = await store.doc.send(new GetCommand({ ...at('head'), ConsistentRead: true }));
        const next = Number(Item?.['chained']) + 1;
        const advance = {
          ...at('head'),
          UpdateExpression: 'SET chained = :next',
          ConditionExpression: 'chained = :seen',
          ExpressionAttributeValues: { ':seen': next - 1, ':next': next },
        };
        const link = { TableName: store.table, Item: { pk: `link-${next}`, sk: 's', writer } };
        const TransactItems = [{ Update: advance }, { Put: { ...link, ConditionExpression: 'attribute_not_exists(pk)' } }];
        if (await succeeds(store.doc.send(new TransactWriteCommand({ TransactItems })))) return next;
      }
    };
    const numbers = await times(8, append);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 8 }, (_, i) => i + 1));
  });

  it('a reader never sees half of a transaction', async () => {
    const move = (i: number) =>
      ['left', 'right'].map((pk) => ({ Put: { TableName: store.table, Item: { pk, sk: 's', i } } }));
    await store.doc.send(new TransactWriteCommand({ TransactItems: move(0) }));
    const writing = new AbortController();
    const writer = (async () => {
      for (let i = 1; i <= 60; i += 1) await succeeds(store.doc.send(new TransactWriteCommand({ TransactItems: move(i) })));
      writing.abort();
    })();
    let reads = 0;
    while (!writing.signal.aborted) {
      const get = new TransactGetCommand({ TransactItems: [{ Get: at('left') }, { Get: at('right') }] });
      const answer = await store.doc.send(get).catch((error: Error) => error);
      // DynamoDB may cancel a read that meets a write; it must not answer it wrongly.
      if (answer instanceof Error) expect(answer.name).toBe('TransactionCanceledException');
      else expect(answer.Responses?.[0]?.Item?.['i']).toBe(answer.Responses?.[1]?.Item?.['i']);
      reads += 1;
    }
    await writer;
    expect(reads).toBeGreaterThan(0);
  });

  it('of transactions that claim the same name one succeeds, and the others leave nothing', async () => {
    const outcomes = await times(20, (i) =>
      succeeds(
        store.doc.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName: store.table, Item: { pk: `member-${i}`, sk: 's' } } },
              { Put: { TableName: store.table, Item: { pk: 'name', sk: 's', by: i }, ConditionExpression: 'attribute_not_exists(pk)' } },
            ],
          }),
        ),
      ),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    const found = await times(20, async (i) => (await store.doc.send(new GetCommand(at(`member-${i}`)))).Item !== undefined);
    expect(found).toEqual(outcomes);
  });
});
