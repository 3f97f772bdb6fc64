import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';

/** The one index of the keys table. */
export const organizationIndex = 'byOrganization';

/** One record at a time, by its key. */
export function getRecord(table: TableV2): PolicyStatement {
  return new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [table.tableArn] });
}

/** Lists of the records that share a partition. */
export function listRecords(table: TableV2): PolicyStatement {
  return new PolicyStatement({ actions: ['dynamodb:Query'], resources: [table.tableArn] });
}

/** Lists through the index. */
export function listByIndex(table: TableV2): PolicyStatement {
  return new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${organizationIndex}`] });
}

/** Writes, alone and in transactions, whose conditions are checked under rights of their own. No deletes: TTL does that. */
export function writeRecords(table: TableV2): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
    resources: [table.tableArn],
  });
}

export function readSecret(secret: Secret): PolicyStatement {
  return new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] });
}

/** Reads a secret and stores new versions of it. */
export function replaceSecret(secret: Secret): PolicyStatement {
  return new PolicyStatement({
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    resources: [secret.secretArn],
  });
}
