import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Database } from '../../../../local/dynamodb/database.ts';
import { dispatch } from '../../../../local/dynamodb/dispatch.ts';
import { isFailure } from '../../../../local/dynamodb/failure.ts';
import type { WireItem } from '../../../../local/dynamodb/wire.ts';
import { sweepTimeToLive } from '../../../../local/dynamodb/sweepTimeToLive.ts';
import type { Mailer, Sent } from '../../../../functions/jobs/mails/sesMailer.ts';
import type { Mail } from '../../../../shared/notices/notice.ts';
import type { Table } from '../../../../shared/table.ts';
import { testCredentials } from '../../../support/leaks.ts';
import { currentProcess } from './processes.ts';
import type { ActKind, Process } from './processes.ts';

export interface Accepted {
  readonly mail: Mail;
  readonly recipient: string;
  readonly organizationId: string;
  readonly process: Process;
}

/** What all functions of a life share: the store, the clock and the mail service, none of which outlives it. */
export class Stage {
  database = newDatabase(() => this.nowMs);
  nowMs = 0;
  /** How SES does. */
  mails: 'up' | 'throttles' | 'rejects' = 'up';
  onAccepted: (accepted: Accepted) => void = () => {};
  #made = 0;
  readonly #sdk = inProcessClient(() => this.database);

  readonly table: Table = {
    name: 'keys',
    client: { send: (command: object) => currentProcess().act(kindOf(command), () => this.#run(command)) } as unknown as Table['client'],
  };

  readonly mailer: Mailer = {
    send: async (mail, to) => {
      const process = currentProcess();
      try {
        return await process.act('mail', () => Promise.resolve(this.#accept({ mail, ...to, process })));
      } catch (error) {
        if (process.isDead) throw error;
        return 'halted';
      }
    },
  };

  async begin(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    this.#made = 0;
    this.mails = 'up';
    this.database = newDatabase(() => this.nowMs);
    await this.#sdk.send(new CreateTableCommand(keysTable));
    await this.#sdk.send(new UpdateTimeToLiveCommand({ TableName: 'keys', TimeToLiveSpecification: { Enabled: true, AttributeName: 'purgeAt' } }));
  }

  /** A new id, the same in each repetition of a life. */
  newId(prefix: string, length: number): string {
    this.#made += 1;
    return `${prefix}_${String(this.#made * 7919).padStart(length, '0')}`;
  }

  deleteWhatTtlSays(): void {
    sweepTimeToLive(this.database);
  }

  items(prefix: string): Record<string, unknown>[] {
    const all = [...(this.database.tables.get('keys')?.items.values() ?? [])].filter((item) => item['pk']?.S?.startsWith(prefix));
    return all.map((item) => unmarshall(item as never));
  }

  #accept(accepted: Accepted): Sent {
    if (this.mails !== 'up') return this.mails === 'throttles' ? 'halted' : 'kept';
    this.onAccepted(accepted);
    return 'sent';
  }

  /** Most searches are of days on which nothing falls due: to parse them would be most of what a life costs. */
  #isOfAnEmptyDay({ input: { IndexName = '', ExpressionAttributeNames: names, ExpressionAttributeValues: values } }: QueryCommand): boolean {
    if (IndexName !== 'byExpiry' && IndexName !== 'byRotation') return false;
    const partition: unknown = values?.[':pk'];
    const entries = this.database.tables.get('keys')?.indexes.get(IndexName)?.values() ?? [];
    return typeof partition === 'string' && ![...entries].some((item) => item[names?.['#pk'] ?? '']?.S === partition);
  }

  /** Reads go past the SDK, whose share of their cost is five sixths. */
  async #run(command: object): Promise<unknown> {
    if (command instanceof GetCommand) {
      const { Item } = dispatch(this.database, 'DynamoDB_20120810.GetItem', { ...command.input, Key: marshall(command.input.Key) });
      return Item === undefined ? {} : { Item: unmarshall(Item as never) };
    }
    if (command instanceof QueryCommand) {
      if (this.#isOfAnEmptyDay(command)) return { Items: [] };
      const { ExpressionAttributeValues: values, ExclusiveStartKey: after, ...input } = command.input;
      const body = { ...input, ExpressionAttributeValues: marshall(values), ...(after ? { ExclusiveStartKey: marshall(after) } : {}) };
      const { Items, LastEvaluatedKey: last } = dispatch(this.database, 'DynamoDB_20120810.Query', body);
      return { Items: (Items as WireItem[]).map((item) => unmarshall(item as never)), ...(last ? { LastEvaluatedKey: unmarshall(last as never) } : {}) };
    }
    return this.#sdk.send(command as never);
  }
}

function newDatabase(now: () => number): Database {
  return new Database({ now, region: 'us-east-1', accountId: '000000000000' });
}

function kindOf(command: object): ActKind {
  if (command instanceof GetCommand) return 'read';
  if (!(command instanceof QueryCommand)) return 'write';
  return command.input.IndexName === 'byExpiry' || command.input.IndexName === 'byRotation' ? 'search' : 'read';
}

function inProcessClient(database: () => Database): DynamoDBDocumentClient {
  const handle = async (request: { headers: Record<string, string>; body: Uint8Array }) => {
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    const answer = (statusCode: number, body: object) => ({ response: { statusCode, headers, body: Buffer.from(JSON.stringify(body)) } });
    try {
      return answer(200, dispatch(database(), request.headers['x-amz-target'] ?? '', JSON.parse(new TextDecoder().decode(request.body))));
    } catch (error) {
      if (isFailure(error)) return answer(error.statusCode, error.body);
      throw error;
    }
  };
  const requestHandler = { handle, destroy: () => {}, updateHttpClientConfig: () => {}, httpHandlerConfigs: () => ({}) };
  const signer = { sign: (request: unknown) => Promise.resolve(request) };
  const client = new DynamoDBClient({ region: 'us-east-1', credentials: testCredentials, requestHandler: requestHandler as never, signer: signer as never, maxAttempts: 1 });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true } });
}

const keysTable = {
  TableName: 'keys',
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk', 'gsi3pk', 'gsi3sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  KeySchema: keySchema('pk', 'sk'),
  GlobalSecondaryIndexes: [
    { IndexName: 'byOrganization', KeySchema: keySchema('gsi1pk', 'gsi1sk'), Projection: { ProjectionType: 'ALL' as const } },
    { IndexName: 'byExpiry', KeySchema: keySchema('gsi2pk', 'gsi2sk'), Projection: { ProjectionType: 'KEYS_ONLY' as const } },
    { IndexName: 'byRotation', KeySchema: keySchema('gsi3pk', 'gsi3sk'), Projection: { ProjectionType: 'KEYS_ONLY' as const } },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const },
};

function keySchema(hash: string, range: string) {
  return [{ AttributeName: hash, KeyType: 'HASH' as const }, { AttributeName: range, KeyType: 'RANGE' as const }];
}

/** One for all lives: the functions take their stores from it when they are loaded. */
export const stage = new Stage();
