import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { recordKinds, usageKinds } from '../../shared/api/route.ts';
import type { Access, RecordKind, UsageKind } from '../../shared/api/route.ts';

/** The index of the keys table that lists stand in. */
export const organizationIndex = 'byOrganization';

/** The indexes of the keys table that find what is due, by the attributes they are kept in: partition and sort key. */
export const dueIndexes = {
  byExpiry: ['gsi2pk', 'gsi2sk'],
  byRotation: ['gsi3pk', 'gsi3sk'],
} as const;

/** The index of the usage table that finds what has not been used for long. */
export const lastUseIndex = 'byLastUse';

type Kinds = readonly RecordKind[];

/** What a role may do with the records of the keys table, kind by kind. Nothing may scan it. */
export interface TableAccess extends Omit<Access, 'pepper' | 'readsUsage'> {
  /** One record at a time, by its key, and no lists. */
  readonly gets?: Kinds;
  /** Lists through the index; of the kinds that stand in it. */
  readonly lists?: Kinds;
  /** Which keys are due, through the index of that date. */
  readonly due?: readonly (keyof typeof dueIndexes)[];
}

/** What a role may do with the records of the usage table, kind by kind. Nothing may scan it or delete from it. */
export interface UsageAccess {
  /** By their keys, one or many at a time. */
  readonly gets?: readonly UsageKind[];
  readonly queries?: readonly UsageKind[];
  readonly puts?: readonly UsageKind[];
  readonly updates?: readonly UsageKind[];
  /** Which keys were last used on a day, through the index of that date. */
  readonly idle?: true;
}

/** How the index's partition keys begin for the kinds of records that stand in it. */
const indexPartitions: Partial<Record<RecordKind, string>> = {
  organizations: 'ORGS',
  keys: 'ORG#*#KEYS',
  members: 'ORG#*#MEMBERS',
  events: 'KEY#*#EVENTS',
};

/** How the partition keys begin in the indexes of what is due: one for each day and shard. */
const duePartitions = {
  byExpiry: ['EXPIRY#*'],
  // Rotations, rotated keys that are to be revoked on evidence, reminders to look at a new key's use.
  byRotation: ['ROTATION#*', 'RETIRING#*', 'UNUSED#*'],
} as const satisfies Record<keyof typeof dueIndexes, readonly string[]>;

/** The rights to the keys table, each cut to the partitions of its kinds of records (`dynamodb:LeadingKeys`). */
export function accessTable(table: TableV2, access: TableAccess): PolicyStatement[] {
  const { gets = [], reads = [], checks = [], writes = [], deletes = [], lists = [], due = [] } = access;
  const records = (actions: readonly string[], kinds: Kinds): PolicyStatement[] =>
    statements({ actions, resource: table.tableArn, partitions: kinds.flatMap((kind) => recordKinds[kind]) });
  const queries = (index: string, partitions: readonly string[]): PolicyStatement[] =>
    statements({ actions: ['Query'], resource: `${table.tableArn}/index/${index}`, partitions });
  return [
    ...records(['GetItem'], gets),
    ...records(['GetItem', 'Query'], reads),
    ...records(['ConditionCheckItem'], checks),
    ...records(['PutItem', 'UpdateItem'], writes),
    ...records(['DeleteItem'], deletes),
    ...queries(organizationIndex, lists.map((kind) => indexPartitions[kind] ?? notListed(kind))),
    ...due.flatMap((index) => queries(index, duePartitions[index])),
  ];
}

/** The rights to the usage table, each cut to the partitions of its kinds of records. */
export function accessUsage(table: TableV2, access: UsageAccess): PolicyStatement[] {
  const { gets = [], queries = [], puts = [], updates = [], idle } = access;
  const records = (actions: readonly string[], kinds: readonly UsageKind[]): PolicyStatement[] =>
    statements({ actions, resource: table.tableArn, partitions: kinds.flatMap((kind) => usageKinds[kind]) });
  return [
    ...records(['GetItem', 'BatchGetItem'], gets),
    ...records(['Query'], queries),
    ...records(['PutItem'], puts),
    ...records(['UpdateItem'], updates),
    ...(idle ? statements({ actions: ['Query'], resource: `${table.tableArn}/index/${lastUseIndex}`, partitions: ['IDLE#*'] }) : []),
  ];
}

/** Whether records of a kind stand in the index. */
export function isListed(kind: RecordKind): boolean {
  return indexPartitions[kind] !== undefined;
}

/** What Lambda asks of the role of a function that it reads a stream for. */
export function readStream(streamArn: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((action) => `dynamodb:${action}`),
    resources: [streamArn],
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
