import { Aws, Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { Failures, keepFailedRuns } from './failures.ts';
import { invokeFunction } from './grants.ts';
import { ServiceFunction } from './serviceFunction.ts';
import type { ServiceFunctionProps } from './serviceFunction.ts';

export interface ScheduledJobProps extends ServiceFunctionProps {
  /** Name of the schedule, once in an account and region. */
  readonly name: string;
  /** What the job does, as the end of "Gatewarden: …". */
  readonly description: string;
  /** `cron(…)` or `rate(…)`, in UTC. */
  readonly schedule: string;
  /** How much later than its time a run may begin. */
  readonly flexibleWindow: Duration;
}

/**
 * A function that runs by the clock, at least once each time: the job has to bear a second run. Its event is
 * `{ "scheduledAt": "<ISO 8601>" }`. A run that cannot be begun, or that fails three times, rests in a queue, and an
 * alarm says so.
 */
export class ScheduledJob extends Construct {
  readonly function: IFunction;
  /** Raised while runs rest in the queue of those that failed. */
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, { name, description, schedule, flexibleWindow, ...props }: ScheduledJobProps) {
    super(scope, id);
    const failures = new Failures(this, 'Failures', { what: `runs of the job "${name}"` });
    this.alarm = failures.alarm;
    this.function = new ServiceFunction(this, 'Job', {
      ...props,
      description: `Gatewarden: ${description}`,
      grants: [...props.grants, failures.put()],
    }).function;
    this.addSchedule({ name, description, schedule, flexibleWindow, failures });
    // The scheduler hands a run over and does not wait.
    keepFailedRuns(this, { of: this.function, in: failures });
  }

  private addSchedule(options: { name: string; description: string; schedule: string; flexibleWindow: Duration; failures: Failures }): void {
    const { failures, flexibleWindow } = options;
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } }),
    });
    role.addToPolicy(invokeFunction(this.function));
    role.addToPolicy(failures.put());
    const schedule = new CfnSchedule(this, 'Schedule', {
      name: options.name,
      description: `Gatewarden: ${options.description}`,
      scheduleExpression: options.schedule,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: flexibleWindow.toMinutes() },
      target: {
        arn: this.function.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ scheduledAt: '<aws.scheduler.scheduled-time>' }),
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: Duration.hours(1).toSeconds() },
        deadLetterConfig: { arn: failures.queueArn },
      },
    });
    // A schedule is refused whose role may not do what it is for.
    schedule.node.addDependency(role);
  }
}
