import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';

const notPlayed = z.literal([false, 'false'], { error: 'is not played' }).optional();

const queueProperties = z.object({
  QueueName: z.string().optional(),
  MessageRetentionPeriod: z.coerce.number().default(4 * 86_400),
  VisibilityTimeout: z.coerce.number().default(30),
  FifoQueue: notPlayed,
});

const createQueue: ResourceHandler = ({ stack, logicalId, properties }, { queues, region, accountId }) => {
  const { QueueName, MessageRetentionPeriod, VisibilityTimeout } = queueProperties.parse(properties);
  const name = QueueName ?? physicalName(stack, logicalId, 80);
  const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
  const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
  queues.add({ name, arn, url, retentionSec: MessageRetentionPeriod, visibilityTimeoutSec: VisibilityTimeout });
  return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
};

export const queueResources: ResourceHandlers = { 'AWS::SQS::Queue': createQueue };
