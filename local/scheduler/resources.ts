import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';
import { parseExpression } from './expression.ts';

const scheduleProperties = z.object({
  Name: z.string().optional(),
  GroupName: z.string().default('default'),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  // A window only says how much later a run may begin; here it begins at once.
  FlexibleTimeWindow: z.object({ Mode: z.enum(['OFF', 'FLEXIBLE']) }),
  StartDate: z.never({ error: 'is not played' }).optional(),
  EndDate: z.never({ error: 'is not played' }).optional(),
  Target: z.object({
    Arn: z.string().regex(/^arn:aws:lambda:[^:]+:\d+:function:/u, 'only functions are played as targets of schedules'),
    Input: z.string().optional(),
    // How often to try handing a run over again. Here nothing keeps it from that but what AWS gives up at once.
    RetryPolicy: z.object({ MaximumRetryAttempts: z.coerce.number().optional(), MaximumEventAgeInSeconds: z.coerce.number().optional() }).optional(),
    DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
  }),
});

const createSchedule: ResourceHandler = ({ stack, logicalId, properties }, { scheduler, region, accountId }) => {
  const { Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone, State, Target } = scheduleProperties.parse(properties);
  const name = Name ?? physicalName(stack, logicalId);
  const arn = `arn:aws:scheduler:${region}:${accountId}:schedule/${GroupName}/${name}`;
  scheduler.add({
    name,
    arn,
    expression: ScheduleExpression,
    timeZone: ScheduleExpressionTimezone,
    recurrence: parseExpression(ScheduleExpression, ScheduleExpressionTimezone),
    isEnabled: State === 'ENABLED',
    functionArn: Target.Arn,
    input: Target.Input,
    deadLetterArn: Target.DeadLetterConfig?.Arn,
  });
  return { ref: name, attributes: { Arn: arn } };
};

export const schedulerResources: ResourceHandlers = { 'AWS::Scheduler::Schedule': createSchedule };
