import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { dueIndexes, lastUseIndex, organizationIndex } from '../constructs/grants.ts';

/** What must survive everything else: it is kept when the stack goes. */
export class DataStack extends Stack {
  /** Organizations, members, keys, events: all that cannot be made again. */
  readonly keysTable: TableV2;
  /** Counters. Apart, so that what hammers them cannot slow a verification. */
  readonly usageTable: TableV2;
  /** The pepper of the token hashes, every version of it. No function may write it. */
  readonly pepper: Secret;
  /** What the key that signs checkpoints of the events is made from. Only the job that signs reads it. */
  readonly eventSigningSeed: Secret;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.keysTable = this.addKeysTable();
    this.usageTable = this.addUsageTable();
    this.pepper = this.addPepper();
    this.eventSigningSeed = this.addEventSigningSeed();
  }

  private addPepper(): Secret {
    const pepper = new Secret(this, 'Pepper', {
      description: 'Gatewarden: pepper of the token hashes. Losing it makes every issued token unknown.',
      generateSecretString: {
        // Readers take `initial` as version 1; a rotation adds versions under `peppers` and raises `current`.
        secretStringTemplate: JSON.stringify({ current: 1, peppers: {} }),
        generateStringKey: 'initial',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(pepper).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'A token is verified with the version it was issued under: a schedule that replaces the pepper would make every token unknown. Versions are added by an operator.',
    });
    return pepper;
  }

  private addEventSigningSeed(): Secret {
    const seed = new Secret(this, 'EventSigningSeed', {
      description: 'Gatewarden: seed of the key that signs checkpoints of the events. Another one makes another key.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(seed).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'What was signed is verified with the key of this seed for as long as anyone keeps an export: a schedule that replaces it would break that.',
    });
    return seed;
  }

  private addKeysTable(): TableV2 {
    const table = new TableV2(this, 'Keys', {
      ...tableShape,
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    table.addGlobalSecondaryIndex({
      indexName: organizationIndex,
      partitionKey: { name: 'gsi1pk', type: AttributeType.STRING },
      sortKey: { name: 'gsi1sk', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    for (const [indexName, attributes] of Object.entries(dueIndexes)) addKeysOnlyIndex(table, indexName, attributes);
    return table;
  }

  private addUsageTable(): TableV2 {
    const table = new TableV2(this, 'Usage', {
      ...tableShape,
      // No backups: what is lost here is counted anew within a window.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
    });
    addKeysOnlyIndex(table, lastUseIndex, ['gsi1pk', 'gsi1sk']);
    return table;
  }
}

/** An index that says which records, and no more: of an item without its attributes it holds nothing. */
function addKeysOnlyIndex(table: TableV2, indexName: string, [partitionKey, sortKey]: readonly [string, string]): void {
  table.addGlobalSecondaryIndex({
    indexName,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  });
}

const tableShape = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  billing: Billing.onDemand(),
  timeToLiveAttribute: 'purgeAt',
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;
