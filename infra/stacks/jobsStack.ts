import { Duration, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { accessTable, readSecret } from '../constructs/grants.ts';
import { ScheduledJob } from '../constructs/scheduledJob.ts';
import type { DataStack } from './dataStack.ts';

export interface JobsStackProps extends StackProps {
  /** Name of the deployment. */
  readonly name: string;
  readonly data: DataStack;
}

/** What runs by the clock. No job reads the pepper. */
export class JobsStack extends Stack {
  constructor(scope: Construct, id: string, { name, data, ...props }: JobsStackProps) {
    super(scope, id, props);
    new ScheduledJob(this, 'CheckpointEvents', {
      name: `${name}-checkpoint-events`,
      description: 'signs where each chain of events stands',
      entry: 'functions/jobs/checkpointEvents.ts',
      // At night for most, and away from the full hour that everyone else takes.
      schedule: 'cron(17 3 * * ? *)',
      flexibleWindow: Duration.minutes(30),
      timeout: Duration.minutes(15),
      environment: { KEYS_TABLE: data.keysTable.tableName, EVENT_SIGNING_SECRET_ARN: data.eventSigningSeed.secretArn },
      grants: [
        ...accessTable(data.keysTable, { lists: ['organizations'], reads: ['events'], writes: ['events'] }),
        readSecret(data.eventSigningSeed),
      ],
    });
  }
}
