/** The shapes of DynamoDB's JSON protocol (2012-08-10) that this folder passes around. */

/** One attribute value as it travels; `B` is base64 text. */
export interface WireValue {
  S?: string;
  N?: string;
  B?: string;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  M?: WireItem;
  L?: WireValue[];
  BOOL?: boolean;
  NULL?: boolean;
}

export type WireItem = Record<string, WireValue>;

export interface KeySchemaElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

export interface AttributeDefinition {
  AttributeName: string;
  AttributeType: 'S' | 'N' | 'B';
}

export interface IndexDescription {
  IndexName: string;
  KeySchema: KeySchemaElement[];
  Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] };
  IndexStatus?: string;
  IndexArn?: string;
  ProvisionedThroughput?: Record<string, unknown>;
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** What DescribeTable answers; the parts that nothing here reads stay loose. */
export interface TableDescription {
  TableName: string;
  KeySchema: KeySchemaElement[];
  AttributeDefinitions: AttributeDefinition[];
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
  StreamSpecification?: { StreamEnabled: boolean; StreamViewType?: StreamViewType };
  LatestStreamLabel?: string;
  LatestStreamArn?: string;
  DeletionProtectionEnabled: boolean;
  TableStatus: 'ACTIVE' | 'DELETING';
  TableArn: string;
  TableId: string;
  /** Epoch seconds. */
  CreationDateTime: number;
  [other: string]: unknown;
}

/** What other calls than CreateTable and UpdateTable set on a table. */
export interface TableSettings {
  timeToLiveAttribute?: string;
  pointInTimeRecovery: boolean;
  tags: Record<string, string>;
}
