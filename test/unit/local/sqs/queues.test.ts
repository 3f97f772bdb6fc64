import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queueApi } from '../../../../local/sqs/api.ts';
import { createQueueStore } from '../../../../local/sqs/queueStore.ts';
import type { QueueStore } from '../../../../local/sqs/queueStore.ts';

const arn = 'arn:aws:sqs:us-east-1:000000000000:failures';
const url = 'https://sqs.us-east-1.amazonaws.com/000000000000/failures';

let dataDir: string;
let nowMs: number;
let queues: QueueStore;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'queues-'));
  nowMs = Date.parse('2026-11-22T08:00:00.000Z');
  open();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function open(): void {
  queues = createQueueStore({ dataDir, nowMs: () => nowMs });
  queues.add({ name: 'failures', arn, url, retentionSec: 3600, visibilityTimeoutSec: 30 });
}

describe('a queue', () => {
  it.each([['name', 'failures'], ['ARN', arn], ['URL', url]])('takes messages by its %s, and shows them oldest first', (_, id) => {
    const first = queues.send(id, { body: 'one', attributes: { ERROR_CODE: 'NO_PERMISSIONS' } });
    nowMs += 1000;
    const second = queues.send(id, { body: 'two' });
    expect(queues.list()).toEqual([
      {
        name: 'failures',
        arn,
        messages: [
          { messageId: first, body: 'one', attributes: { ERROR_CODE: 'NO_PERMISSIONS' }, sentAt: '2026-11-22T08:00:00.000Z' },
          { messageId: second, body: 'two', attributes: {}, sentAt: '2026-11-22T08:00:01.000Z' },
        ],
      },
    ]);
  });

  it('keeps its messages over a restart, until the retention is over', () => {
    queues.send(arn, { body: 'one' });
    nowMs += 3_600_000;
    open();
    expect(queues.list()[0]?.messages.map(({ body }) => body)).toEqual(['one']);
    nowMs += 1;
    expect(queues.list()[0]?.messages).toEqual([]);
  });

  it('a message in hand is hidden from others until its time is over, and gone once it was removed', () => {
    queues.send(arn, { body: 'one' });
    const [mine] = queues.receive(arn, 10);
    expect(queues.receive(arn, 10)).toEqual([]);
    expect(queues.count(arn)).toEqual({ visible: 0, inFlight: 1 });
    nowMs += 30_000;
    const [again] = queues.receive(arn, 10);
    expect(again).toMatchObject({ messageId: mine?.messageId, receiveCount: 2 });
    queues.remove(arn, mine?.receiptHandle ?? '');
    expect(queues.count(arn)).toEqual({ visible: 0, inFlight: 1 });
    queues.remove(arn, again?.receiptHandle ?? '');
    expect(queues.count(arn)).toEqual({ visible: 0, inFlight: 0 });
  });

  it('that does not exist is an error', () => {
    expect(() => queues.send('other', { body: 'x' })).toThrow('There is no queue "other". Queues: failures.');
  });
});

describe("SQS's protocol", () => {
  it('sends, counts, receives and deletes', () => {
    const call = queueApi(queues);
    expect(call('GetQueueUrl', { QueueName: 'failures' })).toEqual({ QueueUrl: url });
    // The digest of "hello" by md5sum.
    expect(call('SendMessage', { QueueUrl: url, MessageBody: 'hello', MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } })).toMatchObject({ MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });
    expect(call('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] })).toMatchObject({ Attributes: { QueueArn: arn, ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '0', MessageRetentionPeriod: '3600' } });
    const { Messages } = call('ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 10 }) as { Messages: { ReceiptHandle: string }[] };
    expect(Messages).toMatchObject([{ Body: 'hello', MD5OfBody: '5d41402abc4b2a76b9719d911017c592', Attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1795334400000' }, MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } }]);
    expect(call('ReceiveMessage', { QueueUrl: url })).toEqual({});
    expect(call('DeleteMessage', { QueueUrl: url, ReceiptHandle: Messages[0]?.ReceiptHandle })).toEqual({});
    expect(queues.list()[0]?.messages).toEqual([]);
  });

  it.each([
    ['a queue that is not there', 'SendMessage', { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/other', MessageBody: 'x' }, 'com.amazonaws.sqs#QueueDoesNotExist'],
    ['an operation that is not played', 'CreateQueue', { QueueName: 'x' }, 'UnknownOperationException'],
  ])('refuses %s', (_, operation, input, code) => {
    expect(() => queueApi(queues)(operation, input)).toThrow(expect.objectContaining({ code }));
  });
});
