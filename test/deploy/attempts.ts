import type { AwsCall } from './operator.ts';

export interface Targets {
  /** Name of the table of keys. */
  readonly table: string;
  /** Name of the table of usage. */
  readonly usageTable: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly bindMember: string;
  readonly streamArn: string;
  /** Addresses of the queues where failed runs rest, by the begin of their logical ids. */
  readonly queues: Readonly<Record<string, string>>;
  readonly configurationSet: string;
}

/** One thing that a role can try; where it is let through, it changes nothing that counts. */
export interface Attempt {
  readonly action: string;
  /** Partition of the table as it begins, partition of the index, secret or function. */
  readonly where: string;
  /** Asked of the table of usage. */
  readonly ofUsage?: true;
  readonly call: AwsCall;
}

const partitions = (
  'BOOTSTRAP EMAIL# EVENTS# IDEMPOTENCY# KEY# MEMBER# NOTICE# NOTICEDAYS ORG# OUTBOX# PIN# PLACES# ' +
  'ROLES# STEPUP# SUBJECT# SUPPRESSED# SWEEP OTHER#'
).split(' ');
/** Each index with the attribute of its partitions, and partitions of it. */
const indexes: readonly [index: string, attribute: string, partitions: readonly string[]][] = [
  ['byOrganization', 'gsi1pk', ['ORGS', 'ORG#x#KEYS', 'ORG#x#MEMBERS', 'KEY#x#EVENTS', 'OTHER']],
  ['byExpiry', 'gsi2pk', ['EXPIRY#x', 'OTHER']],
  ['byRotation', 'gsi3pk', ['ROTATION#x', 'RETIRING#x', 'UNUSED#x', 'OTHER']],
];

const usagePartitions = 'LAST# LIMIT# QUOTA# SEEN# USAGE# OTHER#'.split(' ');

/** On the table of usage. */
export function usageAttempts({ usageTable: TableName }: Targets): readonly Attempt[] {
  const index = { TableName, IndexName: 'byLastUse' };
  const all = [
    ...usagePartitions.flatMap((where) => [...onPartition(TableName, where), onBatch(TableName, where)]),
    ...['IDLE#x', 'OTHER'].map((where) => onIndex(index, 'gsi1pk', where)),
    onTable('Scan', 'scan', { TableName }),
    onTable('UpdateTable', 'update_table', { TableName }),
  ];
  return all.map((attempt) => ({ ...attempt, ofUsage: true }));
}

export function attempts({ table: TableName, secrets, bindMember, streamArn, queues, configurationSet }: Targets): readonly Attempt[] {
  return [
    ...partitions.flatMap((where) => onPartition(TableName, where)),
    ...indexes.flatMap(([IndexName, attribute, wheres]) => wheres.map((where) => onIndex({ TableName, IndexName }, attribute, where))),
    onTable('Scan', 'scan', { TableName }),
    onTable('BatchGetItem', 'batch_get_item', { RequestItems: { [TableName]: { Keys: [{ pk: { S: 'KEY#x' }, sk: { S: 'none' } }] } } }),
    onTable('UpdateTable', 'update_table', { TableName }),
    ...Object.entries(secrets).flatMap(([where, SecretId]) => onSecret(where, SecretId)),
    // The request is malformed: the function, where it is reached, refuses it before it does anything.
    { action: 'Invoke', where: 'BindMember', call: ['lambda', 'invoke', { FunctionName: bindMember, Payload: '{}' }] },
    { action: 'DescribeStream', where: 'stream', call: ['dynamodbstreams', 'describe_stream', { StreamArn: streamArn }] },
    // Longer than a message may be kept back: SQS, where it is reached, refuses it.
    ...Object.entries(queues).map(([where, QueueUrl]): Attempt => ({
      action: 'SendMessage',
      where,
      call: ['sqs', 'send_message', { QueueUrl, MessageBody: 'asked', DelaySeconds: 901 }],
    })),
    ...['keys@example.com', 'boss@example.com'].map((from) => onMail(from, configurationSet)),
  ];
}

/** Reads by keys of one partition. */
function onBatch(TableName: string, where: string): Attempt {
  const Keys = [{ pk: { S: `${where}asked` }, sk: { S: 'asked' } }];
  return { action: 'BatchGetItem', where, call: ['dynamodb', 'batch_get_item', { RequestItems: { [TableName]: { Keys } } }] };
}

/** On a record that is not there; whatever would write is bound to its being there. */
function onPartition(TableName: string, where: string): Attempt[] {
  const pk = { S: where.endsWith('#') ? `${where}asked` : where };
  const Key = { pk, sk: { S: 'asked' } };
  const condition = { ConditionExpression: 'attribute_exists(pk)' };
  const calls: [string, string, Record<string, unknown>][] = [
    ['GetItem', 'get_item', { TableName, Key }],
    ['Query', 'query', { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, Limit: 1 }],
    ['ConditionCheck', 'transact_write_items', { TransactItems: [{ ConditionCheck: { TableName, Key, ...condition } }] }],
    ['PutItem', 'put_item', { TableName, Item: Key, ...condition }],
    ['UpdateItem', 'update_item', { TableName, Key, UpdateExpression: 'REMOVE asked', ...condition }],
    ['DeleteItem', 'delete_item', { TableName, Key, ...condition }],
  ];
  return calls.map(([action, operation, parameters]) => ({ action, where, call: ['dynamodb', operation, parameters] }));
}

function onIndex(index: { TableName: string; IndexName: string }, attribute: string, where: string): Attempt {
  const query = { ...index, KeyConditionExpression: '#list = :list', Limit: 1 };
  const values = { ExpressionAttributeNames: { '#list': attribute }, ExpressionAttributeValues: { ':list': { S: where } } };
  return { action: 'QueryIndex', where, call: ['dynamodb', 'query', { ...query, ...values }] };
}

function onTable(action: string, operation: string, parameters: Record<string, unknown>): Attempt {
  return { action, where: 'table', call: ['dynamodb', operation, parameters] };
}

/** To no address: SES, where it is reached, refuses it. */
function onMail(where: string, ConfigurationSetName: string): Attempt {
  const Content = { Simple: { Subject: { Data: 'asked' }, Body: { Text: { Data: 'asked' } } } };
  const parameters = { FromEmailAddress: where, Destination: { ToAddresses: ['nobody'] }, ConfigurationSetName, Content };
  return { action: 'SendEmail', where, call: ['sesv2', 'send_email', parameters] };
}

function onSecret(where: string, SecretId: string): Attempt[] {
  // Of a version that is not there.
  const stage = { SecretId, VersionStage: 'ASKED', RemoveFromVersionId: '00000000-0000-0000-0000-000000000000' };
  return [
    { action: 'GetSecretValue', where, call: ['secretsmanager', 'get_secret_value', { SecretId }] },
    // Beside the current version, which stays it.
    { action: 'PutSecretValue', where, call: ['secretsmanager', 'put_secret_value', { SecretId, SecretString: 'asked', VersionStages: ['ASKED'] }] },
    { action: 'UpdateSecretVersionStage', where, call: ['secretsmanager', 'update_secret_version_stage', stage] },
  ];
}
