import * as z from 'zod';
import type { Operator } from './operator.ts';

const Name = 'gatewarden-sweep-keys';

const scheduleShape = z.object({
  ScheduleExpression: z.string(),
  State: z.string(),
  FlexibleTimeWindow: z.object({ Mode: z.string(), MaximumWindowInMinutes: z.number() }),
  Target: z.object({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string(),
    DeadLetterConfig: z.object({ Arn: z.string() }),
    RetryPolicy: z.object({ MaximumEventAgeInSeconds: z.number(), MaximumRetryAttempts: z.number() }),
  }),
});

export type Schedule = z.infer<typeof scheduleShape>;

/** The schedule of the sweep. */
export async function readSchedule(operator: Operator): Promise<Schedule> {
  return scheduleShape.parse(await operator.aws('scheduler', 'get_schedule', { Name }));
}

/** Changes when the sweep runs, and leaves its target alone. */
export async function changeSchedule(operator: Operator, change: Partial<Pick<Schedule, 'ScheduleExpression' | 'State'>>): Promise<void> {
  await operator.aws('scheduler', 'update_schedule', { Name, ...(await readSchedule(operator)), ...change });
}
