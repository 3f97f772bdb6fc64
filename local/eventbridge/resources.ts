import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';
import { compilePattern } from './eventPattern.ts';

const notPlayed = z.never({ error: 'is not played' }).optional();

const ruleProperties = z.object({
  Name: z.string().optional(),
  EventBusName: z.string().regex(/^(?:arn:.*:event-bus\/)?default$/u, 'only the default bus is played').default('default'),
  EventPattern: z.record(z.string(), z.unknown(), { error: 'is needed: rules by the clock are schedules of EventBridge Scheduler' }),
  ScheduleExpression: notPlayed,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(
    z.object({
      Arn: z.string().regex(/^arn:aws:lambda:[^:]+:\d+:function:[^:]+$/u, 'only functions are played as targets of rules'),
      Input: z.string().optional(),
      InputPath: notPlayed,
      InputTransformer: notPlayed,
      DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
      // How often to try handing over again. Here nothing keeps a hand-over from its success but what AWS gives up at once.
      RetryPolicy: z.object({ MaximumRetryAttempts: z.coerce.number().optional(), MaximumEventAgeInSeconds: z.coerce.number().optional() }).optional(),
    }),
  ),
});

const createRule: ResourceHandler = ({ stack, logicalId, properties }, { eventBus, region, accountId }) => {
  const { Name, EventPattern, State, Targets } = ruleProperties.parse(properties);
  const name = Name ?? physicalName(stack, logicalId);
  const arn = `arn:aws:events:${region}:${accountId}:rule/${name}`;
  const targets = Targets.map(({ Arn, Input, DeadLetterConfig }) => ({ functionArn: Arn, input: Input, deadLetterArn: DeadLetterConfig?.Arn }));
  eventBus.addRule({ arn, isEnabled: State === 'ENABLED', matches: compilePattern(EventPattern), targets });
  return { ref: name, attributes: { Arn: arn } };
};

export const eventBusResources: ResourceHandlers = { 'AWS::Events::Rule': createRule };
