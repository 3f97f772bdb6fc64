import { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Failures, keepFailedRuns } from './failures.ts';
import { ServiceFunction } from './serviceFunction.ts';
import type { ServiceFunctionProps } from './serviceFunction.ts';

/** Lines of a log that a consumer is given. */
export interface LogSource {
  /** Names the subscription: CloudFormation replaces what is renamed. */
  readonly id: string;
  readonly logGroup: ILogGroup;
  /** In the notation of CloudWatch Logs; an empty text for all lines. */
  readonly filterPattern: string;
}

export interface LogConsumerProps extends ServiceFunctionProps {
  /** What the consumer does, as the end of "Gatewarden: …". */
  readonly description: string;
  /** Which lines of which logs reach the function. Never its own log: each run would call for the next. */
  readonly sources: readonly LogSource[];
}

/**
 * A function that is given lines of logs, at least once, some at a time from one log stream. A batch that fails three
 * times rests in a queue, and an alarm says so.
 */
export class LogConsumer extends Construct {
  readonly function: NodejsFunction;
  /** Raised while batches rest in the queue of those that failed. */
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, { description, sources, ...props }: LogConsumerProps) {
    super(scope, id);
    const failures = new Failures(this, 'Failures', { what: `log lines that the consumer "${id}" was given` });
    this.alarm = failures.alarm;
    this.function = new ServiceFunction(this, 'Consumer', {
      ...props,
      description: `Gatewarden: ${description}`,
      grants: [...props.grants, failures.put()],
    }).function;
    for (const source of sources) this.subscribe(source);
    // CloudWatch Logs hands a batch over and does not wait.
    keepFailedRuns(this, { of: this.function, in: failures });
  }

  private subscribe({ id, logGroup, filterPattern }: LogSource): void {
    const source = new Construct(this, id);
    this.function.addPermission('FromLog', {
      scope: source,
      principal: new ServicePrincipal('logs.amazonaws.com'),
      sourceArn: logGroup.logGroupArn,
      sourceAccount: Stack.of(this).account,
    });
    const subscription = new CfnSubscriptionFilter(source, 'Subscription', {
      logGroupName: logGroup.logGroupName,
      filterPattern,
      destinationArn: this.function.functionArn,
    });
    // CloudWatch Logs tries whether it may call before it takes a subscription.
    subscription.node.addDependency(source.node.findChild('FromLog'));
  }
}
