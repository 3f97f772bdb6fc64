import type { Database } from '../database.ts';
import { failure, invalid } from '../failure.ts';
import type { Table } from '../table.ts';
import { SHAPES, validate } from '../validate.ts';
import type { TableSettings } from '../wire.ts';

type Answer = Record<string, unknown>;

interface TimeToLiveRequest {
  TableName: string;
  TimeToLiveSpecification: { AttributeName: string; Enabled: boolean };
}

export function updateTimeToLive(database: Database, body: object): Answer {
  const request = validate<TimeToLiveRequest>(body, SHAPES.UpdateTimeToLive);
  const { AttributeName: name, Enabled: isEnabled } = request.TimeToLiveSpecification;
  const table = tableNamed(database, request.TableName);
  const current = table.settings.timeToLiveAttribute;
  if (isEnabled && current === name) throw invalid('TimeToLive is already enabled');
  if (isEnabled && current !== undefined) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
  }
  if (!isEnabled && current === undefined) throw invalid('TimeToLive is already disabled');
  if (!isEnabled && current !== name) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
  }
  const { timeToLiveAttribute: _, ...others } = table.settings;
  save(database, table, isEnabled ? { ...others, timeToLiveAttribute: name } : others);
  return { TimeToLiveSpecification: request.TimeToLiveSpecification };
}

export function describeTimeToLive(database: Database, body: object): Answer {
  const { TableName: name } = validate<{ TableName: string }>(body, SHAPES.DescribeTimeToLive);
  const attribute = tableNamed(database, name).settings.timeToLiveAttribute;
  if (attribute === undefined) return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
  return { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: attribute } };
}

interface BackupsRequest {
  TableName: string;
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: boolean };
}

/** The setting is kept and told; there is nothing that could be recovered. */
export function updateContinuousBackups(database: Database, body: object): Answer {
  const request = validate<BackupsRequest>(body, SHAPES.UpdateContinuousBackups);
  const table = tableNamed(database, request.TableName);
  const pointInTimeRecovery = request.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled;
  save(database, table, { ...table.settings, pointInTimeRecovery });
  return backupsOf(table);
}

export function describeContinuousBackups(database: Database, body: object): Answer {
  const { TableName: name } = validate<{ TableName: string }>(body, SHAPES.DescribeContinuousBackups);
  return backupsOf(tableNamed(database, name));
}

export function tagResource(database: Database, body: object): Answer {
  type Request = { ResourceArn: string; Tags?: { Key: string; Value?: string }[] };
  const request = validate<Request>(body, SHAPES.TagResource);
  const table = tableOfArn(database, request.ResourceArn);
  const added = Object.fromEntries((request.Tags ?? []).map(({ Key, Value }) => [Key, Value ?? '']));
  save(database, table, { ...table.settings, tags: { ...table.settings.tags, ...added } });
  return {};
}

export function untagResource(database: Database, body: object): Answer {
  const request = validate<{ ResourceArn: string; TagKeys?: string[] }>(body, SHAPES.UntagResource);
  const table = tableOfArn(database, request.ResourceArn);
  const kept = Object.entries(table.settings.tags).filter(([key]) => request.TagKeys?.includes(key) !== true);
  save(database, table, { ...table.settings, tags: Object.fromEntries(kept) });
  return {};
}

export function listTagsOfResource(database: Database, body: object): Answer {
  const { ResourceArn: arn } = validate<{ ResourceArn: string }>(body, SHAPES.ListTagsOfResource);
  const { tags } = tableOfArn(database, arn).settings;
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

function tableNamed(database: Database, name: string): Table {
  return database.table(name, `: Table: ${name} not found`);
}

function tableOfArn(database: Database, arn: string): Table {
  const table = database.tables.get(arn.split(':table/')[1] ?? '');
  if (table?.description.TableArn === arn) return table;
  throw failure('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`);
}

function save(database: Database, table: Table, settings: TableSettings): void {
  database.saveTable(table.description, settings);
}

function backupsOf(table: Table): Answer {
  const PointInTimeRecoveryStatus = table.settings.pointInTimeRecovery ? 'ENABLED' : 'DISABLED';
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus },
    },
  };
}
