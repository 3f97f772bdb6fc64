import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ServiceError } from '../aws/jsonProtocol.ts';
import type { ServiceCall } from '../aws/jsonProtocol.ts';
import type { Queue, QueueStore, ReceivedMessage } from './queueStore.ts';

const queueUrl = z.object({ QueueUrl: z.string() });
const inputs = {
  SendMessage: queueUrl.extend({
    MessageBody: z.string().min(1),
    MessageAttributes: z.record(z.string(), z.object({ DataType: z.string().startsWith('String', 'only text attributes are played'), StringValue: z.string() })).default({}),
    DelaySeconds: z.literal(0, { error: 'is not played' }).optional(),
  }),
  ReceiveMessage: queueUrl.extend({ MaxNumberOfMessages: z.number().int().min(1).max(10).default(1), VisibilityTimeout: z.number().min(0).optional() }),
  DeleteMessage: queueUrl.extend({ ReceiptHandle: z.string() }),
  GetQueueUrl: z.object({ QueueName: z.string() }),
} as const;

/** SQS's JSON protocol, as far as it is of use for queues in which failures rest. A receive answers at once. */
export function queueApi(queues: QueueStore): ServiceCall {
  return (operation, input) => {
    const call = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!call) throw ServiceError.unknownOperation(operation);
    return call(queues, input);
  };
}

const operations: Readonly<Record<string, (queues: QueueStore, input: unknown) => object>> = {
  SendMessage(queues, input) {
    const { QueueUrl, MessageBody, MessageAttributes } = inputs.SendMessage.parse(input);
    const attributes = Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]));
    return { MessageId: queues.send(known(queues, QueueUrl).arn, { body: MessageBody, attributes }), MD5OfMessageBody: md5(MessageBody) };
  },
  ReceiveMessage(queues, input) {
    const { QueueUrl, MaxNumberOfMessages, VisibilityTimeout } = inputs.ReceiveMessage.parse(input);
    const received = queues.receive(known(queues, QueueUrl).arn, MaxNumberOfMessages, VisibilityTimeout);
    return received.length === 0 ? {} : { Messages: received.map(asWire) };
  },
  DeleteMessage(queues, input) {
    const { QueueUrl, ReceiptHandle } = inputs.DeleteMessage.parse(input);
    queues.remove(known(queues, QueueUrl).arn, ReceiptHandle);
    return {};
  },
  GetQueueUrl: (queues, input) => ({ QueueUrl: known(queues, inputs.GetQueueUrl.parse(input).QueueName).url }),
  GetQueueAttributes(queues, input) {
    const { arn, retentionSec, visibilityTimeoutSec } = known(queues, queueUrl.parse(input).QueueUrl);
    const { visible, inFlight } = queues.count(arn);
    return {
      Attributes: {
        QueueArn: arn,
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(inFlight),
        ApproximateNumberOfMessagesDelayed: '0',
        MessageRetentionPeriod: String(retentionSec),
        VisibilityTimeout: String(visibilityTimeoutSec),
      },
    };
  },
};

function known(queues: QueueStore, id: string): Queue {
  const queue = queues.find(id);
  if (!queue) throw new ServiceError('com.amazonaws.sqs#QueueDoesNotExist', `The specified queue does not exist: ${id}`);
  return queue;
}

function asWire({ messageId, body, attributes, sentAt, receiptHandle, receiveCount }: ReceivedMessage): object {
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: { SentTimestamp: String(Date.parse(sentAt)), ApproximateReceiveCount: String(receiveCount) },
    MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, text]) => [name, { DataType: 'String', StringValue: text }])),
  };
}

/** Clients compare it with what they sent. */
function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
