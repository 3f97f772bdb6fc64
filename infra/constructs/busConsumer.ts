import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Failures, keepFailedRuns } from './failures.ts';
import { ServiceFunction } from './serviceFunction.ts';
import type { ServiceFunctionProps } from './serviceFunction.ts';

export interface BusConsumerProps extends ServiceFunctionProps {
  /** What the consumer does, as the end of "Gatewarden: …". */
  readonly description: string;
  /** Which events of the account's default bus reach the function. */
  readonly events: EventPattern;
}

/**
 * A function that is given events of the account's default bus, one at a time, each at least once and in no order. An
 * event that cannot be handed over for a day, or whose run fails three times, rests in a queue, and an alarm says so.
 */
export class BusConsumer extends Construct {
  readonly function: IFunction;
  /** Raised while events rest in the queue of those that failed. */
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, { description, events, ...props }: BusConsumerProps) {
    super(scope, id);
    const failures = new Failures(this, 'Failures', { what: `events that the consumer "${id}" was given` });
    this.alarm = failures.alarm;
    this.function = new ServiceFunction(this, 'Consumer', {
      ...props,
      description: `Gatewarden: ${description}`,
      grants: [...props.grants, failures.put()],
    }).function;
    void new Rule(this, 'Rule', {
      description: `Gatewarden: ${description}`,
      eventPattern: events,
      targets: [
        // As long and as often as EventBridge tries at all: an event that is lost is not told again.
        new LambdaFunction(this.function, { deadLetterQueue: failures, retryAttempts: 185, maxEventAge: Duration.days(1) }),
      ],
    });
    // EventBridge hands an event over and does not wait.
    keepFailedRuns(this, { of: this.function, in: failures });
  }
}
