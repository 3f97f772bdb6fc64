import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBatch } from '../../../shared/usage/readBatch.ts';
import { unpackBatch } from '../../../shared/usage/subscription.ts';
import { accessLine, dataMessage, subscriptionEvent } from './lines.ts';

const packed = (payload: unknown): string => subscriptionEvent(payload).awslogs.data;

describe('what a subscription sends', () => {
  it('is unpacked into the lines of one stream', () => {
    expect(unpackBatch(packed(dataMessage(['one', 'two'])))).toEqual({
      logGroup: '/aws/apigateway/orders',
      logStream: 'a1b2',
      events: [
        { id: '34622316099697884706540976068822859012661220141643890000', timestamp: 1_795_341_900_000, message: 'one' },
        { id: '34622316099697884706540976068822859012661220141643890001', timestamp: 1_795_341_900_001, message: 'two' },
      ],
    });
  });

  it('is nothing to count where CloudWatch only tries the function', () => {
    const control = dataMessage(['CWL CONTROL MESSAGE: Checking health of destination'], { messageType: 'CONTROL_MESSAGE', logGroup: '', logStream: '' });
    expect(unpackBatch(packed(control))).toBeNull();
  });

  it.each<[string, string, RegExp]>([
    ['not gzip', Buffer.from('{}').toString('base64'), /incorrect header check/],
    ['not JSON', gzipSync('{').toString('base64'), /JSON/],
    ['empty', '', /unexpected end of file/],
    ['of another kind', packed(dataMessage([], { messageType: 'OTHER' })), /messageType/],
    ['without a stream', packed(dataMessage([], { logStream: undefined })), /logStream/],
    ['with a line without an id', packed(dataMessage([], { logEvents: [{ timestamp: 1, message: '' }] })), /logEvents/],
  ])('is thrown back when it is %s', (_, data, message) => {
    expect(() => unpackBatch(data)).toThrow(message);
  });

  it('is not unpacked beyond 16 MB: a few kilobytes could fill the memory', () => {
    const bomb = gzipSync(JSON.stringify(dataMessage([])) + ' '.repeat(16 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(32_000);
    expect(() => unpackBatch(bomb.toString('base64'))).toThrow(expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }));
  });

  it('may be large: 10,000 lines', () => {
    expect(unpackBatch(packed(dataMessage(Array.from({ length: 10_000 }, () => accessLine()))))?.events).toHaveLength(10_000);
  });
});

describe('a batch', () => {
  it('holds each line once, and says how many it dropped', () => {
    const batch = dataMessage([accessLine(), accessLine({ status: '500' }), 'broken', accessLine({ 'authorizer.keyId': '-' })]);
    const [first] = batch.logEvents;
    const { logGroup, logStream } = batch;
    const { lines, ignored, unreadable } = readBatch({ logGroup, logStream, events: [...batch.logEvents, ...(first ? [first] : [])] });
    expect(lines.map(({ id, record }) => [id.slice(-1), record.status])).toEqual([['0', '2xx'], ['1', '5xx']]);
    expect([ignored, unreadable]).toEqual([1, 1]);
  });
});
