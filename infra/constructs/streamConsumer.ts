import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Failures } from './failures.ts';
import { readStream } from './grants.ts';
import { ServiceFunction } from './serviceFunction.ts';
import type { ServiceFunctionProps } from './serviceFunction.ts';

export interface StreamConsumerProps extends ServiceFunctionProps {
  /** What the consumer does, as the end of "Gatewarden: …". */
  readonly description: string;
  /** The stream of a table. At most two consumers keep up with one. */
  readonly streamArn: string;
  /** Which of its records reach the function, in the notation of Lambda's event filters. */
  readonly records: Readonly<Record<string, unknown>>;
}

/**
 * A function that is given the records of a table's stream, each at least once and in the order of the changes to an
 * item. It names the ones it could not do (`batchItemFailures`): they come again, those before them do not. What still
 * fails after ten times, or has become a day old, rests in a queue by its place in the stream, and an alarm says so;
 * what comes after goes on.
 */
export class StreamConsumer extends Construct {
  readonly function: IFunction;
  /** Raised while the places of failed records rest in the queue. */
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, { description, streamArn, records, ...props }: StreamConsumerProps) {
    super(scope, id);
    const failures = new Failures(this, 'Failures', { what: `records that the consumer "${id}" was given` });
    this.alarm = failures.alarm;
    this.function = new ServiceFunction(this, 'Consumer', {
      ...props,
      description: `Gatewarden: ${description}`,
      // IAM cannot cut a stream: what else it carries is kept from the function by the filter alone.
      grants: [...props.grants, readStream(streamArn), failures.put()],
    }).function;
    void new EventSourceMapping(this, 'Mapping', {
      target: this.function,
      eventSourceArn: streamArn,
      filters: [FilterCriteria.filter(records)],
      // From the oldest: from "the latest", what changes while the mapping is being made would be lost.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(5),
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 10,
      // The stream itself keeps no record longer.
      maxRecordAge: Duration.days(1),
      onFailure: { bind: () => ({ destination: failures.queueArn }) },
    });
  }
}
