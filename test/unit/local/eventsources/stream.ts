import { startDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import { createEventSources } from '../../../../local/eventsources/eventSources.ts';
import type { EventSources } from '../../../../local/eventsources/eventSources.ts';
import type { EventRecord, StreamMapping } from '../../../../local/eventsources/streamMapping.ts';
import type { InvokeOutcome } from '../../../../local/lambda/lambdaFunction.ts';
import { createDynamoClient } from '../../../../local/tables/dynamoClient.ts';
import type { DynamoClient } from '../../../../local/tables/dynamoClient.ts';

export const queueArn = 'arn:aws:sqs:us-east-1:000000000000:failures';
export const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:mail';

/** A table with a stream, a function that notes what it gets, and the queue for what it fails at. */
export interface StreamFixture {
  readonly dynamo: EmbeddedDynamo;
  readonly tables: DynamoClient;
  readonly streamArn: string;
  /** The partition keys of each call. */
  readonly calls: string[][];
  readonly records: EventRecord[];
  readonly queued: Record<string, unknown>[];
  readonly logged: string[];
  /** What the function does; answers null until it is set. */
  answer: (keys: string[], records: readonly EventRecord[]) => unknown;
  put(...keys: string[]): Promise<void>;
  /** Opens a mapping over the stream; `isTold` of the stream's growth, or else asking for it. */
  open(changes?: Partial<StreamMapping>, isTold?: boolean): EventSources;
  close(): Promise<void>;
}

export async function createFixture(dataDir?: string): Promise<StreamFixture> {
  const dynamo = await startDynamo();
  const clientOptions = { endpoint: dynamo.endpoint, region: 'us-east-1', accessKeyId: 'local' };
  const tables = createDynamoClient(clientOptions);
  const { TableDescription } = await tables.call('CreateTable', {
    TableName: 'keys',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  const opened: EventSources[] = [];
  const fixture: StreamFixture = {
    dynamo,
    tables,
    streamArn: (TableDescription as { LatestStreamArn: string }).LatestStreamArn,
    calls: [],
    records: [],
    queued: [],
    logged: [],
    answer: () => null,
    async put(...keys) {
      for (const key of keys) await tables.call('PutItem', { TableName: 'keys', Item: { pk: { S: key }, type: { S: 'key.created' } } });
    },
    open(changes = {}, isTold = true) {
      const streams = createDynamoClient({ ...clientOptions, target: 'DynamoDBStreams_20120810' });
      const eventSources = createEventSources({
        dataDir,
        region: 'us-east-1',
        streams,
        onGrowth: isTold ? dynamo.streams.subscribe : undefined,
        lambda: { invoke: (name, payload) => Promise.resolve(called(fixture, name, payload)) },
        queues: { send: (_, { body }) => String(fixture.queued.push(JSON.parse(body) as Record<string, unknown>)) },
        nowMs: () => Date.parse('2026-11-22T08:00:00.000Z'),
        log: (line) => void fixture.logged.push(line),
      });
      eventSources.add({ ...mapping, streamArn: fixture.streamArn, ...changes });
      eventSources.start();
      opened.push(eventSources);
      return eventSources;
    },
    async close() {
      for (const eventSources of opened) eventSources.stop();
      await dynamo.close();
    },
  };
  return fixture;
}

const mapping: Omit<StreamMapping, 'streamArn'> = {
  id: 'mails',
  functionArn,
  startingPosition: 'TRIM_HORIZON',
  batchSize: 100,
  batchingWindowSec: 0,
  filters: [],
  reportsItemFailures: true,
  retries: { bisects: true, maximumRetryAttempts: 1, maximumRecordAgeSec: -1 },
  onFailureArn: queueArn,
};

function called(fixture: StreamFixture, name: string, payload: string): InvokeOutcome {
  if (name !== functionArn) throw new Error(`There is no function ${name}.`);
  const { Records } = JSON.parse(payload) as { Records: EventRecord[] };
  const keys = Records.map(keyOf);
  fixture.calls.push(keys);
  fixture.records.push(...Records);
  try {
    return { ok: true, payload: JSON.stringify(fixture.answer(keys, Records) ?? null) };
  } catch (error) {
    return { ok: false, error: { errorType: 'Error', errorMessage: error instanceof Error ? error.message : String(error) } };
  }
}

function keyOf({ dynamodb }: EventRecord): string {
  return (dynamodb['Keys'] as { pk: { S: string } }).pk.S;
}

/** Names the records with these keys as failed. */
export const failAt = (...failing: string[]) => (keys: string[], records: readonly EventRecord[]): object => ({
  batchItemFailures: records.filter((_, index) => failing.includes(keys[index] ?? '')).map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
});
