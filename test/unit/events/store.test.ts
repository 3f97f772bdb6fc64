import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { eventStore } from '../../../shared/events/store.ts';
import type { Commit } from '../../../shared/events/store.ts';

type Reason = { Code: string; Item?: Record<string, { S: string }> };

const change: Commit = {
  organizationId: 'org_1',
  drafts: [{ type: 'key.created', keyId: 'key_1' }],
  context: { actor: { type: 'system', id: 'test', name: 'Test' }, ip: null, userAgent: null, requestId: null },
  writes: [{ name: 'key', action: { Put: { TableName: 'keys', Item: { pk: 'KEY#key_1' } } } }],
};

/** A table whose transactions are refused as listed, one list of reasons a try, and then succeed. */
function fakeTable(refusals: (Reason[] | Error)[], head?: Record<string, unknown>) {
  const transactions: Record<string, unknown>[][] = [];
  const pauses: number[] = [];
  const send = async ({ input }: { input: { TransactItems?: Record<string, unknown>[] } }) => {
    if (!input.TransactItems) return { Item: head };
    transactions.push(input.TransactItems);
    const refusal = refusals.shift();
    if (refusal instanceof Error) throw refusal;
    if (refusal) throw new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons: refusal });
    return {};
  };
  const store = eventStore({
    table: { name: 'keys', client: { send: send as never } },
    nowMs: () => 1_795_334_400_000,
    retentionDays: 400,
    newEventId: () => 'evt_1',
    pause: async (ms) => void pauses.push(ms),
  });
  return { store, transactions, pauses };
}

const none = { Code: 'None' };
const failed = { Code: 'ConditionalCheckFailed' };
const conflict = { Code: 'TransactionConflict' };

describe('a change', () => {
  it('is one transaction: its writes, its event and the head of the chain', async () => {
    const { store, transactions } = fakeTable([]);
    expect(await store.commit(change)).toMatchObject({ done: true, events: [{ sequence: 1, type: 'key.created' }] });
    expect(transactions).toMatchObject([
      [
        { Put: { Item: { pk: 'KEY#key_1' } } },
        { Put: { Item: { pk: 'EVENTS#org_1', sk: 'EVENT#000000000001', gsi1pk: 'KEY#key_1#EVENTS' }, ConditionExpression: 'attribute_not_exists(pk)' } },
        { Update: { Key: { pk: 'EVENTS#org_1', sk: 'HEAD' }, ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    ]);
  });

  it('moves the head only from where it was read', async () => {
    const { store, transactions } = fakeTable([], { sequence: 7, hash: 'h7' });
    expect(await store.commit(change)).toMatchObject({ events: [{ sequence: 8, previousHash: 'h7', at: '2026-11-22T08:00:00.000Z' }] });
    expect(transactions[0]?.[2]).toMatchObject({
      Update: { ConditionExpression: '#hash = :previousHash', ExpressionAttributeValues: { ':sequence': 8, ':previousHash': 'h7' } },
    });
  });

  it('without an event is not written', async () => {
    const { store, transactions } = fakeTable([]);
    await expect(store.commit({ ...change, drafts: [] })).rejects.toThrow('A change without an event must not be written.');
    expect(transactions).toEqual([]);
  });
});

describe('a refused transaction', () => {
  it('names the write whose condition failed and what is stored there', async () => {
    const { store } = fakeTable([[{ ...failed, Item: { pk: { S: 'KEY#key_1' } } }, none, none]]);
    expect(await store.commit(change)).toEqual({ done: false, refusedBy: 'key', item: { pk: 'KEY#key_1' } });
  });

  it('counts as the change’s own refusal, though the head has moved as well', async () => {
    const { store, transactions } = fakeTable([[failed, failed, failed]]);
    expect(await store.commit(change)).toEqual({ done: false, refusedBy: 'key', item: null });
    expect(transactions).toHaveLength(1);
  });

  it.each([
    ['another event was first', [none, failed, failed]],
    ['the head has moved', [none, none, failed]],
    ['another transaction was on it', [none, none, conflict]],
    ['another transaction was on the key', [conflict, none, none]],
  ])('is tried again, on the head as it is then, when %s', async (_, reasons) => {
    const { store, transactions, pauses } = fakeTable([reasons, reasons]);
    expect(await store.commit(change)).toMatchObject({ done: true });
    expect([transactions.length, pauses.length]).toEqual([3, 2]);
  });

  it('is a 409 that says when to come back, after thirty tries with pauses of at most 250 ms', async () => {
    const { store, transactions, pauses } = fakeTable(Array.from({ length: 99 }, () => [none, none, failed]));
    await expect(store.commit(change)).rejects.toMatchObject({ code: 'request_in_progress', headers: { 'Retry-After': '1' } });
    expect(transactions).toHaveLength(30);
    expect(pauses.every((ms) => ms >= 0 && ms <= 250)).toBe(true);
  });

  it('is tried at once, 250 times, where it is urgent: a flood of other changes must not keep a key from being revoked', async () => {
    const { store, transactions, pauses } = fakeTable(Array.from({ length: 249 }, () => [none, none, failed]));
    expect(await store.commit({ ...change, isUrgent: true })).toMatchObject({ done: true });
    expect(transactions).toHaveLength(250);
    expect(pauses.every((ms) => ms >= 0 && ms <= 10)).toBe(true);
  });

  it.each<[string, Reason[] | Error, string]>([
    ['throttling', [none, none, { Code: 'ThrottlingError' }], 'cancelled'],
    ['an item too large', [{ Code: 'ValidationError' }, none, none], 'cancelled'],
    ['a lost connection', new Error('socket hang up'), 'socket hang up'],
  ])('is thrown on for %s', async (_, refusal, message) => {
    await expect(fakeTable([refusal]).store.commit(change)).rejects.toThrow(message);
  });
});
