import { apiGatewayResources } from '../apigateway/resources.ts';
import { logResources } from '../cloudwatchlogs/resources.ts';
import { eventBusResources } from '../eventbridge/resources.ts';
import { eventSourceResources } from '../eventsources/resources.ts';
import { httpApiResources } from '../httpapi/resources.ts';
import { lambdaResources } from '../lambda/resources.ts';
import { userPoolResources } from '../oidc/resources.ts';
import { schedulerResources } from '../scheduler/resources.ts';
import { secretResources } from '../secretsmanager/resources.ts';
import { mailResources } from '../ses/resources.ts';
import { queueResources } from '../sqs/resources.ts';
import { parameterResources } from '../ssm/resources.ts';
import { tableResources } from '../tables/resources.ts';
import { nothingNeeded } from './nothingNeeded.ts';
import type { ResourceHandler, ResourceHandlers } from './resourceTypes.ts';

const handlers: ResourceHandlers = {
  ...nothingNeeded,
  ...apiGatewayResources,
  ...eventBusResources,
  ...eventSourceResources,
  ...httpApiResources,
  ...lambdaResources,
  ...logResources,
  ...mailResources,
  ...parameterResources,
  ...queueResources,
  ...schedulerResources,
  ...secretResources,
  ...tableResources,
  ...userPoolResources,
};

const customResource: ResourceHandler = (resource, { customResources }) => customResources.apply(resource);

/** The handler of a resource type. A type that nobody plays is an error: nothing may be missing without a word. */
export function handlerFor(type: string): ResourceHandler {
  const handler = handlers[type] ?? (type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::') ? customResource : undefined);
  if (!handler) throw new Error(`the local platform does not play resources of type ${type}.`);
  return handler;
}
