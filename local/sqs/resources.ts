import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';

const queueProperties = z.object({ QueueName: z.string().optional() });

/** A queue by its names. It holds nothing: what fails on this platform is told in the log. */
const createQueue: ResourceHandler = ({ stack, logicalId, properties }, { region, accountId }) => {
  const name = queueProperties.parse(properties).QueueName ?? physicalName(stack, logicalId, 80);
  const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
  return { ref: url, attributes: { Arn: `arn:aws:sqs:${region}:${accountId}:${name}`, QueueName: name, QueueUrl: url } };
};

export const queueResources: ResourceHandlers = { 'AWS::SQS::Queue': createQueue };
