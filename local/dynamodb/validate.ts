import { checkTypes, checkValidations } from 'dynalite/validations/index.js';
import type { Custom, FieldRule, Rules } from 'dynalite/validations/index.js';
import * as batchGetItem from 'dynalite/validations/batchGetItem.js';
import * as batchWriteItem from 'dynalite/validations/batchWriteItem.js';
import * as createTable from 'dynalite/validations/createTable.js';
import * as deleteItem from 'dynalite/validations/deleteItem.js';
import * as getItem from 'dynalite/validations/getItem.js';
import * as listTables from 'dynalite/validations/listTables.js';
import * as putItem from 'dynalite/validations/putItem.js';
import * as query from 'dynalite/validations/query.js';
import * as scan from 'dynalite/validations/scan.js';
import * as updateItem from 'dynalite/validations/updateItem.js';

/** What a request may hold, and what must be true of it as a whole. */
export interface Shape {
  types: Rules;
  custom?: Custom | undefined;
}

// dynalite counts text in UTF-16 units; the limit in bytes is checked where items are written (planWrite.ts).
const STORE = { options: { maxItemSize: Number.POSITIVE_INFINITY } };

const onConditionFailure = {
  ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
} satisfies Rules;

const tableName = {
  TableName: { type: 'String', required: true, tableName: true, regex: '[a-zA-Z0-9_.-]+' },
} satisfies Rules;

const streamSpecification: FieldRule = {
  type: 'FieldStruct<StreamSpecification>',
  children: {
    StreamEnabled: { type: 'Boolean', notNull: true },
    StreamViewType: { type: 'String', enum: ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'] },
  },
};

const tags: FieldRule = {
  type: 'List',
  children: { type: 'ValueStruct<Tag>', children: { Key: { type: 'String', notNull: true }, Value: { type: 'String' } } },
};

/** What CreateTable and UpdateTable take that dynalite does not know. */
const tableFeatures = {
  StreamSpecification: streamSpecification,
  DeletionProtectionEnabled: 'Boolean',
  TableClass: { type: 'String', enum: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'] },
  SSESpecification: {
    type: 'FieldStruct<SSESpecification>',
    children: { Enabled: 'Boolean', SSEType: 'String', KMSMasterKeyId: 'String' },
  },
  OnDemandThroughput: {
    type: 'FieldStruct<OnDemandThroughput>',
    children: { MaxReadRequestUnits: 'Long', MaxWriteRequestUnits: 'Long' },
  },
  Tags: tags,
} satisfies Rules;

const indexDefinition = (createTable.types['GlobalSecondaryIndexes'] as { children: { children: Rules } }).children.children;

// UpdateTable's need not be there. (The mere presence of the rule counts for dynalite, whatever its value.)
const { notNull: _, ...attributeDefinitions } = createTable.types['AttributeDefinitions'] as { type: string; notNull: true };

const indexUpdates: FieldRule = {
  type: 'List',
  children: {
    type: 'ValueStruct<GlobalSecondaryIndexUpdate>',
    children: {
      Create: { type: 'FieldStruct<CreateGlobalSecondaryIndexAction>', children: indexDefinition },
      Delete: {
        type: 'FieldStruct<DeleteGlobalSecondaryIndexAction>',
        children: { IndexName: { type: 'String', notNull: true } },
      },
      Update: {
        type: 'FieldStruct<UpdateGlobalSecondaryIndexAction>',
        children: { IndexName: { type: 'String', notNull: true } },
      },
    },
  },
};

export const SHAPES = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CreateTable: { types: { ...createTable.types, ...tableFeatures }, custom: createTable.custom },
  DeleteItem: { types: { ...deleteItem.types, ...onConditionFailure }, custom: deleteItem.custom },
  DeleteTable: { types: tableName },
  DescribeContinuousBackups: { types: tableName },
  DescribeTable: { types: tableName },
  DescribeTimeToLive: { types: tableName },
  GetItem: getItem,
  ListTables: listTables,
  ListTagsOfResource: { types: { ResourceArn: { type: 'String', notNull: true } } },
  PutItem: { types: { ...putItem.types, ...onConditionFailure }, custom: putItem.custom },
  Query: query,
  Scan: { types: { ...scan.types, ConsistentRead: 'Boolean' }, custom: scan.custom },
  TagResource: { types: { ResourceArn: { type: 'String', notNull: true }, Tags: tags } },
  UntagResource: {
    types: { ResourceArn: { type: 'String', notNull: true }, TagKeys: { type: 'List', children: 'String' } },
  },
  UpdateContinuousBackups: {
    types: {
      ...tableName,
      PointInTimeRecoverySpecification: {
        type: 'FieldStruct<PointInTimeRecoverySpecification>',
        notNull: true,
        children: { PointInTimeRecoveryEnabled: { type: 'Boolean', notNull: true }, RecoveryPeriodInDays: 'Integer' },
      },
    },
  },
  UpdateItem: { types: { ...updateItem.types, ...onConditionFailure }, custom: updateItem.custom },
  UpdateTable: {
    types: {
      ...tableName,
      ...tableFeatures,
      AttributeDefinitions: attributeDefinitions,
      BillingMode: { type: 'String', enum: ['PROVISIONED', 'PAY_PER_REQUEST'] },
      ProvisionedThroughput: createTable.types['ProvisionedThroughput'] ?? 'String',
      GlobalSecondaryIndexUpdates: indexUpdates,
    },
  },
  UpdateTimeToLive: {
    types: {
      ...tableName,
      TimeToLiveSpecification: {
        type: 'FieldStruct<TimeToLiveSpecification>',
        notNull: true,
        children: {
          AttributeName: { type: 'String', notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 255 },
          Enabled: { type: 'Boolean', notNull: true },
        },
      },
    },
  },
} as const satisfies Record<string, Shape>;

/**
 * The request as an operation may use it: of the right types, unknown fields dropped, expressions parsed into `_…`
 * fields. Throws a ValidationException or SerializationException. The shape is what makes the type true.
 */
export function validate<T>(body: object, shape: Shape): T {
  const request = checkTypes(body, shape.types);
  checkValidations(request, shape.types, shape.custom, STORE);
  return request as T;
}
