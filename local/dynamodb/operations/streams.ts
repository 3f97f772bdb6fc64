import type { Rules } from 'dynalite/validations/index.js';
import type { Database } from '../database.ts';
import { failure, invalid } from '../failure.ts';
import type { StreamRecord, TableStream } from '../streamLog.ts';
import { validate } from '../validate.ts';
import type { Shape } from '../validate.ts';

type Answer = Record<string, unknown>;

/** Each stream has one shard, which never closes. */
const SHARD_ID = 'shardId-00000000000000000000-00000001';
const MAX_RECORDS_A_READ = 1000;

const streamArn = { StreamArn: { type: 'String', notNull: true } } satisfies Rules;
const limit = { type: 'Integer', greaterThanOrEqual: 1 } satisfies Rules[string];
const shapes = {
  ListStreams: { types: { TableName: 'String', Limit: limit, ExclusiveStartStreamArn: 'String' } },
  DescribeStream: { types: { ...streamArn, Limit: limit, ExclusiveStartShardId: 'String' } },
  GetShardIterator: {
    types: {
      ...streamArn,
      ShardId: { type: 'String', notNull: true },
      ShardIteratorType: {
        type: 'String',
        notNull: true,
        enum: ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'],
      },
      SequenceNumber: 'String',
    },
  },
  GetRecords: {
    types: {
      ShardIterator: { type: 'String', notNull: true },
      Limit: { ...limit, lessThanOrEqual: MAX_RECORDS_A_READ },
    },
  },
} as const satisfies Record<string, Shape>;

export function listStreams(database: Database, body: object): Answer {
  type Request = { TableName?: string; Limit?: number; ExclusiveStartStreamArn?: string };
  const { TableName: only, Limit: most = 100, ExclusiveStartStreamArn: after } = validate<Request>(body, shapes.ListStreams);
  const all = [...database.tableStreams]
    .filter(([name]) => only === undefined || name === only)
    .map(([TableName, { arn, label }]) => ({ TableName, StreamArn: arn, StreamLabel: label }));
  const from = after === undefined ? 0 : all.findIndex((stream) => stream.StreamArn === after) + 1;
  const page = all.slice(from, from + most);
  return { Streams: page, ...(from + most < all.length ? { LastEvaluatedStreamArn: page.at(-1)?.StreamArn } : {}) };
}

export function describeStream(database: Database, body: object): Answer {
  const { StreamArn: arn } = validate<{ StreamArn: string }>(body, shapes.DescribeStream);
  const { tableName, stream } = streamOfArn(database, arn);
  const { description } = database.table(tableName);
  const start = stream.oldest?.dynamodb.SequenceNumber;
  return {
    StreamDescription: {
      StreamArn: arn,
      StreamLabel: stream.label,
      StreamStatus: 'ENABLED',
      StreamViewType: stream.viewType,
      CreationRequestDateTime: Date.parse(`${stream.label}Z`) / 1000,
      TableName: tableName,
      KeySchema: description.KeySchema,
      Shards: [
        { ShardId: SHARD_ID, SequenceNumberRange: start === undefined ? {} : { StartingSequenceNumber: start } },
      ],
    },
  };
}

interface ShardIteratorRequest {
  StreamArn: string;
  ShardId: string;
  ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' | 'LATEST' | 'AT_SEQUENCE_NUMBER' | 'TRIM_HORIZON';
  SequenceNumber?: string;
}

export function getShardIterator(database: Database, body: object): Answer {
  const request = validate<ShardIteratorRequest>(body, shapes.GetShardIterator);
  const { stream } = streamOfArn(database, request.StreamArn);
  if (request.ShardId !== SHARD_ID) {
    throw failure('ResourceNotFoundException', 'Requested resource not found: Shard does not exist');
  }
  const after = startOf(request, stream, database.sequence);
  return { ShardIterator: encodeIterator({ arn: request.StreamArn, after }) };
}

export function getRecords(database: Database, body: object): Answer {
  type Request = { ShardIterator: string; Limit?: number };
  const { ShardIterator: iterator, Limit: most = MAX_RECORDS_A_READ } = validate<Request>(body, shapes.GetRecords);
  const { arn, after } = decodeIterator(iterator);
  const records = streamOfArn(database, arn).stream.after(after, most);
  const last = records.at(-1)?.dynamodb.SequenceNumber;
  return {
    Records: records.map(asWire),
    NextShardIterator: encodeIterator({ arn, after: last === undefined ? after : Number(last) }),
  };
}

function startOf(request: ShardIteratorRequest, stream: TableStream, newest: number): number {
  if (request.ShardIteratorType === 'TRIM_HORIZON') return 0;
  if (request.ShardIteratorType === 'LATEST') return newest;
  const sequence = Number(request.SequenceNumber ?? Number.NaN);
  if (!Number.isSafeInteger(sequence)) throw invalid('The SequenceNumber parameter is required and must be a number.');
  if (stream.oldest !== undefined && sequence < Number(stream.oldest.dynamodb.SequenceNumber)) {
    throw failure('TrimmedDataAccessException', 'The requested sequence number is older than the trim horizon.');
  }
  return request.ShardIteratorType === 'AT_SEQUENCE_NUMBER' ? sequence - 1 : sequence;
}

function streamOfArn(database: Database, arn: string): { tableName: string; stream: TableStream } {
  for (const [tableName, stream] of database.tableStreams) if (stream.arn === arn) return { tableName, stream };
  throw failure('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
}

/** The Streams API and Lambda events differ in this one field. */
function asWire({ userIdentity: by, ...record }: StreamRecord): object {
  return by === undefined ? record : { ...record, userIdentity: { Type: by.type, PrincipalId: by.principalId } };
}

interface Iterator {
  arn: string;
  after: number;
}

function encodeIterator({ arn, after }: Iterator): string {
  return `${arn}|1|${Buffer.from(String(after)).toString('base64url')}`;
}

function decodeIterator(text: string): Iterator {
  const [arn = '', , position = ''] = text.split('|');
  const after = Number(Buffer.from(position, 'base64url').toString() || Number.NaN);
  if (!Number.isSafeInteger(after)) throw invalid('Invalid ShardIterator');
  return { arn, after };
}
