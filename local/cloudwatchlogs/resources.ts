import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';

const notPlayed = z.never({ error: 'is not played' }).optional();

const logGroupProperties = z.object({ LogGroupName: z.string().optional() });

const createLogGroup: ResourceHandler = ({ stack, logicalId, cdkPath, properties }, { logGroups, region, accountId }) => {
  const name = logGroupProperties.parse(properties).LogGroupName ?? physicalName(stack, logicalId);
  logGroups.create(name, cdkPath);
  return { ref: name, attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` } };
};

const subscriptionProperties = z.object({
  LogGroupName: z.string(),
  FilterName: z.string().optional(),
  FilterPattern: z.string(),
  DestinationArn: z.string().regex(/^arn:aws:lambda:[^:]+:\d+:function:[^:]+$/u, 'only functions are played as destinations of subscriptions'),
  RoleArn: notPlayed,
  ApplyOnTransformedLogs: notPlayed,
});

const createSubscription: ResourceHandler = ({ stack, logicalId, properties }, { subscriptions }) => {
  const { LogGroupName, FilterName, FilterPattern, DestinationArn } = subscriptionProperties.parse(properties);
  const name = FilterName ?? physicalName(stack, logicalId);
  subscriptions.add({ name, logGroup: LogGroupName, filterPattern: FilterPattern, functionArn: DestinationArn });
  return { ref: name };
};

export const logResources: ResourceHandlers = {
  'AWS::Logs::LogGroup': createLogGroup,
  'AWS::Logs::SubscriptionFilter': createSubscription,
};
