import { Duration, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface FailuresProps {
  /** What has failed, as the middle of "Gatewarden: … have failed; the queue holds each with its reason." */
  readonly what: string;
}

/** The queue where what a function could not do rests for two weeks, and the alarm that says so. */
export class Failures extends Queue {
  /** Raised while anything rests here. */
  readonly alarm: Alarm;

  /** The alarm stands beside the queue in `scope`, as `Failed`. */
  constructor(scope: Construct, id: string, { what }: FailuresProps) {
    super(scope, id, { retentionPeriod: Duration.days(14), enforceSSL: true });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It is where failed runs rest: nothing takes messages from it that could fail in turn.',
    });
    this.alarm = this.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }).createAlarm(scope, 'Failed', {
      alarmDescription: `Gatewarden: ${what} have failed; the queue holds each with its reason.`,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** The right to put something here. */
  put(): PolicyStatement {
    return new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] });
  }
}

/**
 * Runs that were handed over to Lambda, by a service that does not wait for their end: what fails, Lambda tries twice
 * more and then puts away. The function needs the right to put it there.
 */
export function keepFailedRuns(scope: Construct, { of, in: failures }: { readonly of: IFunction; readonly in: Failures }): void {
  void new CfnEventInvokeConfig(scope, 'OnFailure', {
    functionName: of.functionName,
    qualifier: '$LATEST',
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: Duration.hours(1).toSeconds(),
    destinationConfig: { onFailure: { destination: failures.queueArn } },
  });
}
