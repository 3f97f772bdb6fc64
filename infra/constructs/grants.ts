import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { recordKinds } from '../../shared/api/route.ts';
import type { Access, RecordKind } from '../../shared/api/route.ts';

/** The one index of the keys table. */
export const organizationIndex = 'byOrganization';

type Kinds = readonly RecordKind[];

/** What a role may do with the records of the keys table, kind by kind. Nothing may scan it. */
export interface TableAccess extends Omit<Access, 'pepper'> {
  /** One record at a time, by its key, and no lists. */
  readonly gets?: Kinds;
  /** Lists through the index; of the kinds that stand in it. */
  readonly lists?: Kinds;
}

/** How the index's partition keys begin for the kinds of records that stand in it. */
const indexPartitions: Partial<Record<RecordKind, string>> = {
  organizations: 'ORGS',
  keys: 'ORG#*#KEYS',
  members: 'ORG#*#MEMBERS',
  events: 'KEY#*#EVENTS',
};

/** The rights to the keys table, each cut to the partitions of its kinds of records (`dynamodb:LeadingKeys`). */
export function accessTable(table: TableV2, access: TableAccess): PolicyStatement[] {
  const { gets = [], reads = [], checks = [], writes = [], deletes = [], lists = [] } = access;
  const records = (actions: readonly string[], kinds: Kinds): PolicyStatement[] =>
    statements({ actions, resource: table.tableArn, partitions: kinds.flatMap((kind) => recordKinds[kind]) });
  return [
    ...records(['GetItem'], gets),
    ...records(['GetItem', 'Query'], reads),
    ...records(['ConditionCheckItem'], checks),
    ...records(['PutItem', 'UpdateItem'], writes),
    ...records(['DeleteItem'], deletes),
    ...statements({
      actions: ['Query'],
      resource: `${table.tableArn}/index/${organizationIndex}`,
      partitions: lists.map((kind) => indexPartitions[kind] ?? notListed(kind)),
    }),
  ];
}

/** Whether records of a kind stand in the index. */
export function isListed(kind: RecordKind): boolean {
  return indexPartitions[kind] !== undefined;
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

export function invokeFunction(lambda: IFunction): PolicyStatement {
  return new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] });
}

function statements(options: {
  readonly actions: readonly string[];
  readonly resource: string;
  readonly partitions: readonly string[];
}): PolicyStatement[] {
  const partitions = [...new Set(options.partitions)];
  if (partitions.length === 0) return [];
  return [
    new PolicyStatement({
      actions: options.actions.map((action) => `dynamodb:${action}`),
      resources: [options.resource],
      // Every one of these actions names its partition; "for all values" would let through one that names none.
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
    }),
  ];
}

function notListed(kind: RecordKind): never {
  throw new Error(`Records of the kind "${kind}" stand in no list of the index ${organizationIndex}.`);
}
