import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Config } from '../../shared/config/config.ts';

export type MailSenderProps = Pick<NonNullable<Config['mail']>, 'from' | 'identity'>;

/** What mails are sent with, and how what became of them comes back. */
export class MailSender extends Construct {
  /** To be named with each mail: one that is sent without it is not heard of again. */
  readonly configurationSetName: string;
  /** Raised when a mail of the last hour could not be sent. */
  readonly alarm: Alarm;
  private readonly from: string;

  constructor(scope: Construct, id: string, { from, identity }: MailSenderProps) {
    super(scope, id);
    this.from = from;
    if (identity === 'create') {
      // Kept: SES has asked a person to confirm it, and what is `create` now may be `existing` later.
      new EmailIdentity(this, 'Identity', { identity: Identity.email(from) }).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
    this.configurationSetName = this.addConfigurationSet().configurationSetName;
    this.alarm = new Metric({ namespace: 'Gatewarden', metricName: 'MailsFailed', statistic: 'Sum', period: Duration.hours(1) }).createAlarm(this, 'Failed', {
      alarmDescription: 'Gatewarden: mails could not be sent. Each is kept for the next sweep; the log of the function that tried says why.',
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** The events that say that a mail was not wanted or could not be delivered; of this deployment's mails alone. */
  get undelivered(): EventPattern {
    return {
      source: ['aws.ses'],
      detailType: ['Email Bounced', 'Email Complaint Received'],
      detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSetName] } } },
    };
  }

  /** The right to send, from this address and no other. */
  send(): PolicyStatement {
    const resource = (type: string, name: string): string =>
      Stack.of(this).formatArn({ service: 'ses', resource: type, resourceName: name });
    return new PolicyStatement({
      actions: ['ses:SendEmail'],
      // Of every identity: in the sandbox SES asks for the right to the recipient's as well.
      resources: [resource('configuration-set', this.configurationSetName), resource('identity', '*')],
      conditions: { StringEquals: { 'ses:FromAddress': this.from } },
    });
  }

  /** To be called for whatever holds the right to send. */
  acceptSending(holder: Construct): void {
    Validations.of(holder).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]`,
      reason: 'In the sandbox SES asks for the right to the recipient’s identity as well; a condition binds it to the one address that mails are sent from.',
    });
  }

  private addConfigurationSet(): ConfigurationSet {
    const set = new ConfigurationSet(this, 'ConfigurationSet', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      // Bounces stand on a list of our own, so that an admin who has mended an address can lift it.
      suppressionReasons: SuppressionReasons.COMPLAINTS_ONLY,
    });
    set.addEventDestination('Undelivered', {
      // SES takes no other bus than the default one.
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT],
    });
    return set;
  }
}
