import { Duration, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { usageFunctionParameter } from '../../kit/cdk/gatewarden.ts';
import type { Config } from '../../shared/config/config.ts';
import { BusConsumer } from '../constructs/busConsumer.ts';
import { accessTable, accessUsage, readSecret } from '../constructs/grants.ts';
import { LogConsumer } from '../constructs/logConsumer.ts';
import type { LogSource } from '../constructs/logConsumer.ts';
import { MailSender } from '../constructs/mailSender.ts';
import { ScheduledJob } from '../constructs/scheduledJob.ts';
import { alarmOfSilence } from '../constructs/silence.ts';
import { StreamConsumer } from '../constructs/streamConsumer.ts';
import type { DataStack } from './dataStack.ts';

export interface JobsStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  /** Address of the management API, for mails to name. */
  readonly managementUrl: string;
  /** Where it is logged who uses which key, and what is refused. */
  readonly usageLogs: readonly LogSource[];
}

/** What runs by the clock, and what follows changes, logs and mails. No job reads the pepper. */
export class JobsStack extends Stack {
  /** The function that sweeps the keys. */
  readonly sweep: IFunction;
  private readonly data: DataStack;

  constructor(scope: Construct, id: string, { config, data, managementUrl, usageLogs, ...props }: JobsStackProps) {
    super(scope, id, props);
    this.data = data;
    const mail = config.mail && new MailSender(this, 'Mail', config.mail);
    const sending: Sending | null = mail && {
      mail,
      environment: { MAIL_CONFIGURATION_SET: mail.configurationSetName, MANAGEMENT_URL: managementUrl },
      grants: [mail.send()],
    };
    this.addCheckpointEvents(config.name);
    this.sweep = this.addSweepKeys(config.name, sending);
    this.addRecordPurges();
    this.addCountUsage(config.name, usageLogs);
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

  private addSweepKeys(name: string, sending: Sending | null): IFunction {
    const { keysTable, usageTable } = this.data;
    const sweep = new ScheduledJob(this, 'SweepKeys', {
      name: `${name}-sweep-keys`,
      description: 'finds the keys whose dates have come, records it and warns of it',
      entry: 'functions/jobs/sweepKeys.ts',
      schedule: 'cron(23 * * * ? *)',
      flexibleWindow: Duration.minutes(10),
      timeout: Duration.minutes(15),
      environment: { KEYS_TABLE: keysTable.tableName, USAGE_TABLE: usageTable.tableName, ...sending?.environment },
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
        // How long a key has not been used, and whether what a rotation has replaced still is.
        ...accessUsage(usageTable, { gets: ['lastUses'], queries: ['hours'], idle: true }),
        ...(sending?.grants ?? []),
      ],
    });
    sending?.mail.acceptSending(sweep);
    alarmOfSilence(sweep, `${name}-sweep-keys`);
    return sweep.function;
  }

  private addMailKeyEvents({ mail, environment, grants }: Sending): void {
    const { keysTable, usageTable } = this.data;
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
      environment: { KEYS_TABLE: keysTable.tableName, USAGE_TABLE: usageTable.tableName, ...environment },
      grants: [
        ...accessTable(keysTable, {
          lists: ['members'],
          gets: ['keys', 'organizations', 'suppressions'],
          reads: ['outbox'],
          writes: ['notices', 'outbox'],
          deletes: ['outbox'],
        }),
        ...accessUsage(usageTable, { gets: ['lastUses'] }),
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

  private addCountUsage(name: string, sources: readonly LogSource[]): void {
    const { usageTable } = this.data;
    const { function: consumer } = new LogConsumer(this, 'CountUsage', {
      description: 'counts who uses which key, and what is refused',
      entry: 'functions/jobs/countUsage.ts',
      sources,
      timeout: Duration.minutes(2),
      environment: { USAGE_TABLE: usageTable.tableName },
      grants: accessUsage(usageTable, {
        gets: ['hours', 'lastUses', 'counted'],
        queries: ['counted'],
        puts: ['counted'],
        updates: ['hours', 'lastUses', 'counted'],
      }),
    });
    new StringParameter(this, 'UsageFunctionArn', {
      parameterName: usageFunctionParameter(name),
      stringValue: consumer.functionArn,
      description: 'Gatewarden: the function that counts usage, for the access logs of protected APIs',
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
