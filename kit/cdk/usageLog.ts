import { Aws } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscriptionFilter, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { accessLogFormat } from '../../shared/usage/accessLog.ts';
import { asRecord, namesResource, propertiesOf } from './template.ts';

/** Where and what a stage logs of each request: the property of either kind of stage. */
export interface AccessLog {
  readonly destinationArn: string;
  readonly format: string;
}

export interface UsageLogOptions {
  readonly kind: 'rest' | 'http';
  /** The deployment's function that counts usage. */
  readonly usageFunctionArn: string;
  readonly retention: RetentionDays;
}

/** An access log of one stage, of which Gatewarden counts every line. */
export class UsageLog {
  readonly accessLog: AccessLog;
  private readonly logGroup: LogGroup;

  constructor(scope: Construct, { kind, usageFunctionArn, retention }: UsageLogOptions) {
    this.logGroup = new LogGroup(scope, 'AccessLog', { retention });
    this.accessLog = { destinationArn: this.logGroup.logGroupArn, format: JSON.stringify(accessLogFormat[kind]) };
    const permission = new CfnPermission(scope, 'CountUsage', {
      action: 'lambda:InvokeFunction',
      functionName: usageFunctionArn,
      principal: 'logs.amazonaws.com',
      sourceArn: this.logGroup.logGroupArn,
      sourceAccount: Aws.ACCOUNT_ID,
    });
    const subscription = new CfnSubscriptionFilter(scope, 'Usage', {
      logGroupName: this.logGroup.logGroupName,
      destinationArn: usageFunctionArn,
      // Every line of this log is one of ours.
      filterPattern: '',
    });
    // CloudWatch Logs tries the function when the subscription is made.
    subscription.addResourceDependency(permission);
  }

  /** Whether the stage, as it would be deployed, still logs here and in the one format that is understood. */
  isWrittenBy(stage: CfnResource, property: 'AccessLogSetting' | 'AccessLogSettings'): boolean {
    const { DestinationArn: destination, Format: format } = asRecord(propertiesOf(stage)[property]);
    return format === this.accessLog.format && namesResource(destination, this.logGroup.node.defaultChild as CfnResource);
  }
}

/** Why a stage cannot be given the log, if it has one already. */
export function secondLogRefusal(stagePath: string): string {
  return `Stage "${stagePath}" has an access log already, and a stage takes one: leave it out, and Gatewarden sets up its own, from which it counts usage; or set usage: false.`;
}

/** What is wrong when the log was changed after it was set up. */
export function changedLog(stagePath: string): string {
  return `The access log of stage "${stagePath}" was changed afterwards, so usage would not be counted: leave it as it is, or set usage: false.`;
}
