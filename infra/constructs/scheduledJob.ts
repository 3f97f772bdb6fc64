import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
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
    const failures = this.addFailures();
    this.function = new ServiceFunction(this, 'Job', {
      ...props,
      description: `Gatewarden: ${description}`,
      grants: [...props.grants, sendTo(failures)],
    }).function;
    this.addSchedule({ name, description, schedule, flexibleWindow, failures });
    this.keepFailures(failures);
    this.alarm = failures.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }).createAlarm(this, 'Failed', {
      alarmDescription: `Gatewarden: runs of the job "${name}" have failed; the queue holds each with its reason.`,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private addFailures(): Queue {
    const queue = new Queue(this, 'Failures', { retentionPeriod: Duration.days(14), enforceSSL: true });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It is where failed runs rest: nothing takes messages from it that could fail in turn.',
    });
    return queue;
  }

  private addSchedule(options: { name: string; description: string; schedule: string; flexibleWindow: Duration; failures: Queue }): void {
    const { failures, flexibleWindow } = options;
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } }),
    });
    role.addToPolicy(invokeFunction(this.function));
    role.addToPolicy(sendTo(failures));
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

  /** The scheduler hands a run over and does not wait: what fails after that, Lambda tries again and then puts away. */
  private keepFailures(failures: Queue): void {
    void new CfnEventInvokeConfig(this, 'OnFailure', {
      functionName: this.function.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(1).toSeconds(),
      destinationConfig: { onFailure: { destination: failures.queueArn } },
    });
  }
}

function sendTo(queue: Queue): PolicyStatement {
  return new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
}
