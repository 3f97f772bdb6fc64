import { Duration, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from '../../shared/config/config.ts';
import { BusConsumer } from '../constructs/busConsumer.ts';
import { accessTable, readSecret } from '../constructs/grants.ts';
import { MailSender } from '../constructs/mailSender.ts';
import { ScheduledJob } from '../constructs/scheduledJob.ts';
import { StreamConsumer } from '../constructs/streamConsumer.ts';
import type { DataStack } from './dataStack.ts';

export interface JobsStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  /** Address of the management API, for mails to name. */
  readonly managementUrl: string;
}

/** What runs by the clock, and what follows changes and mails. No job reads the pepper. */
export class JobsStack extends Stack {
  private readonly data: DataStack;

  constructor(scope: Construct, id: string, { config, data, managementUrl, ...props }: JobsStackProps) {
    super(scope, id, props);
    this.data = data;
    const mail = config.mail && new MailSender(this, 'Mail', config.mail);
    const sending: Sending | null = mail && {
      mail,
      environment: { MAIL_CONFIGURATION_SET: mail.configurationSetName, MANAGEMENT_URL: managementUrl },
      grants: [mail.send()],
    };
    this.addCheckpointEvents(config.name);
    this.addSweepKeys(config.name, sending);
    this.addRecordPurges();
    // Where no mails are sent there is nothing to be told at once, and none to come back.
    if (sending) {
      this.addMailKeyEvents(sending);
      this.addSuppressAddress(sending.mail);
    }
  }

  private addCheckpointEvents(name: string): void {
    const { keysTable, eventSigningSeed } = this.data;
    void new ScheduledJob(this, 'CheckpointEvents', {
      name: `${name}-checkpoint-events`,
      description: 'signs where each chain of events stands',
      entry: 'functions/jobs/checkpointEvents.ts',
      // At night for most, and away from the full hour that everyone else takes.
      schedule: 'cron(17 3 * * ? *)',
      flexibleWindow: Duration.minutes(30),
      timeout: Duration.minutes(15),
      environment: { KEYS_TABLE: keysTable.tableName, EVENT_SIGNING_SECRET_ARN: eventSigningSeed.secretArn },
      grants: [...accessTable(keysTable, { lists: ['organizations'], reads: ['events'], writes: ['events'] }), readSecret(eventSigningSeed)],
    });
  }

  private addSweepKeys(name: string, sending: Sending | null): void {
    const { keysTable } = this.data;
    const sweep = new ScheduledJob(this, 'SweepKeys', {
      name: `${name}-sweep-keys`,
      description: 'finds the keys whose dates have come, records it and warns of it',
      entry: 'functions/jobs/sweepKeys.ts',
      schedule: 'cron(23 * * * ? *)',
      flexibleWindow: Duration.minutes(10),
      timeout: Duration.minutes(15),
      environment: { KEYS_TABLE: keysTable.tableName, ...sending?.environment },
      grants: [
        ...accessTable(keysTable, {
          due: ['byExpiry', 'byRotation'],
          lists: ['organizations', 'members'],
          gets: ['keys', 'organizations', 'events', 'sweep', 'noticeDays', 'suppressions'],
          reads: ['notices', 'outbox'],
          checks: ['keys'],
          writes: ['keys', 'places', 'events', 'notices', 'outbox', 'sweep'],
          deletes: ['outbox'],
        }),
        ...(sending?.grants ?? []),
      ],
    });
    sending?.mail.acceptSending(sweep);
    alarmOfSilence(sweep, `${name}-sweep-keys`);
  }

  private addMailKeyEvents({ mail, environment, grants }: Sending): void {
    const { keysTable } = this.data;
    const consumer = new StreamConsumer(this, 'MailKeyEvents', {
      description: 'tells owners at once what was done to their keys',
      entry: 'functions/jobs/mailKeyEvents.ts',
      streamArn: streamOf(this.data),
      records: {
        eventName: ['INSERT'],
        dynamodb: {
          NewImage: {
            pk: { S: [{ prefix: 'EVENTS#' }] },
            type: { S: ['key.created', 'key.rotated', 'key.revoked', 'key.deactivated'] },
          },
        },
      },
      // A run begins no mail after 45 seconds; the last one may take SES all of its tries.
      timeout: Duration.minutes(2),
      environment: { KEYS_TABLE: keysTable.tableName, ...environment },
      grants: [
        ...accessTable(keysTable, {
          lists: ['members'],
          gets: ['keys', 'organizations', 'suppressions'],
          reads: ['outbox'],
          writes: ['notices', 'outbox'],
          deletes: ['outbox'],
        }),
        ...grants,
      ],
    });
    mail.acceptSending(consumer);
  }

  private addRecordPurges(): void {
    const { keysTable } = this.data;
    void new StreamConsumer(this, 'RecordPurges', {
      description: 'records which keys TTL has deleted',
      entry: 'functions/jobs/recordPurges.ts',
      streamArn: streamOf(this.data),
      // Deletes by hand as well: the function tells them apart, and says so in its log.
      records: { eventName: ['REMOVE'], dynamodb: { Keys: { pk: { S: [{ prefix: 'KEY#' }] }, sk: { S: ['KEY'] } } } },
      timeout: Duration.minutes(1),
      environment: { KEYS_TABLE: keysTable.tableName },
      grants: accessTable(keysTable, { gets: ['events'], writes: ['events', 'notices'] }),
    });
  }

  private addSuppressAddress(mail: MailSender): void {
    const { keysTable } = this.data;
    void new BusConsumer(this, 'SuppressAddress', {
      description: 'stops mails to addresses that bounce or complain',
      entry: 'functions/jobs/suppressAddress.ts',
      events: mail.undelivered,
      timeout: Duration.seconds(20),
      environment: { KEYS_TABLE: keysTable.tableName },
      grants: accessTable(keysTable, { gets: ['suppressions'], writes: ['suppressions'] }),
    });
  }
}

/** What a function needs that sends mails. */
interface Sending {
  readonly mail: MailSender;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly PolicyStatement[];
}

function streamOf({ keysTable }: DataStack): string {
  const { tableStreamArn } = keysTable;
  if (!tableStreamArn) throw new Error('The keys table has no stream.');
  return tableStreamArn;
}

/** Raised when no run of an hourly job has ended well for three hours: none was begun, or each has failed. */
function alarmOfSilence(job: ScheduledJob, name: string): void {
  const period = Duration.hours(1);
  new MathExpression({
    expression: 'runs - failures',
    usingMetrics: { runs: job.function.metricInvocations({ period }), failures: job.function.metricErrors({ period }) },
    label: 'Runs that ended well',
    period,
  }).createAlarm(job, 'Silent', {
    alarmDescription: `Gatewarden: no run of the job "${name}" has ended well for three hours.`,
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 3,
    // A function that nobody calls has no metrics.
    treatMissingData: TreatMissingData.BREACHING,
  });
}
