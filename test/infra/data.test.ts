import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';

const { Data: template } = synthesized();

/** An index that says which records, and nothing else of them. */
const keysOnly = (IndexName: string, partitionKey: string, sortKey: string) => ({
  IndexName,
  KeySchema: [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    { AttributeName: sortKey, KeyType: 'RANGE' },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' },
});

describe('the tables', () => {
  it('survive the stack, and a delete by mistake', () => {
    const tables = Object.values(resources(template, 'AWS::DynamoDB::GlobalTable'));
    expect(tables).toHaveLength(2);
    for (const table of tables) {
      expect(table.DeletionPolicy).toBe('Retain');
      expect(table.Properties).toMatchObject({ Replicas: [{ DeletionProtectionEnabled: true }] });
    }
  });

  it('keep keys and events with backups, a stream of every change, and TTL on purgeAt', () => {
    expect(found(template, 'AWS::DynamoDB::GlobalTable', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byOrganization',
          KeySchema: [
            { AttributeName: 'gsi1pk', KeyType: 'HASH' },
            { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
        keysOnly('byExpiry', 'gsi2pk', 'gsi2sk'),
        keysOnly('byRotation', 'gsi3pk', 'gsi3sk'),
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'purgeAt', Enabled: true },
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    })).toHaveLength(1);
  });

  it('keep counters apart, without backups and without a stream', () => {
    expect(found(template, 'AWS::DynamoDB::GlobalTable', {
      GlobalSecondaryIndexes: [keysOnly('byLastUse', 'gsi1pk', 'gsi1sk')],
      StreamSpecification: Match.absent(),
      TimeToLiveSpecification: { AttributeName: 'purgeAt', Enabled: true },
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } }],
    })).toHaveLength(1);
  });
});

it('CloudFormation makes the first pepper, 64 characters of it, and keeps it when the stack goes', () => {
  const properties = {
    GenerateSecretString: {
      SecretStringTemplate: '{"current":1,"peppers":{}}',
      GenerateStringKey: 'initial',
      PasswordLength: 64,
      ExcludePunctuation: true,
    },
    SecretString: Match.absent(),
  };
  expect(found(template, 'AWS::SecretsManager::Secret', properties, { DeletionPolicy: 'Retain' })).toHaveLength(1);
});

it('CloudFormation makes the seed of the key that signs events, and keeps it when the stack goes', () => {
  const properties = { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true, GenerateStringKey: Match.absent() }, SecretString: Match.absent() };
  expect(found(template, 'AWS::SecretsManager::Secret', properties, { DeletionPolicy: 'Retain' })).toHaveLength(1);
});
