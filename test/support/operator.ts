import { hash, randomBytes } from 'node:crypto';
import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import canonicalize from 'canonicalize';
import type { Platform } from '../../local/platform.ts';
import { testCredentials } from './leaks.ts';

export type Item = Record<string, unknown>;

/** What an operator does on the tables themselves: states of an organization that no route makes yet. */
export class Operator {
  readonly #client: DynamoDBDocumentClient;
  readonly #plain: DynamoDBClient;
  readonly #settled: () => Promise<void>;
  #tables: Promise<string[]> | undefined;

  constructor(platform: Platform) {
    this.#settled = () => platform.settled();
    this.#plain = new DynamoDBClient({ endpoint: platform.awsEndpoint, region: 'us-east-1', credentials: testCredentials });
    this.#client = DynamoDBDocumentClient.from(this.#plain);
  }

  /** An approved tenant on the plan `team` with product `orders`, or as `fields` say; answers its id. */
  async createOrganization(fields: Item = {}, keyCount = 0): Promise<string> {
    const id = `org_${randomBytes(6).toString('hex')}`;
    const at = '2026-01-01T00:00:00.000Z';
    await this.put({
      pk: `ORG#${id}`,
      sk: 'ORG',
      id,
      name: 'Acme',
      status: 'approved',
      plan: 'team',
      products: ['orders'],
      policy: ordinaryPolicy,
      createdAt: at,
      updatedAt: at,
      version: 1,
      isOperator: false,
      ...fields,
    });
    await this.put({ pk: `PLACES#${id}`, sk: 'PLACES', keyCount });
    return id;
  }

  async setOrganization(id: string, fields: Item): Promise<void> {
    const { pk, sk, ...stored } = (await this.get(`ORG#${id}`, 'ORG')) ?? {};
    await this.put({ pk, sk, ...stored, ...fields });
  }

  async setPolicy(id: string, policy: Item): Promise<void> {
    await this.setOrganization(id, { policy: { ...ordinaryPolicy, ...policy } });
  }

  /** How many places of its plan an organization has taken. */
  async placesOf(id: string): Promise<unknown> {
    return (await this.get(`PLACES#${id}`, 'PLACES'))?.['keyCount'];
  }

  async setPlaces(id: string, keyCount: number): Promise<void> {
    await this.put({ pk: `PLACES#${id}`, sk: 'PLACES', keyCount });
  }

  /** Sets one attribute of an item. */
  async setAttribute(pk: string, sk: string, name: string, value: unknown): Promise<void> {
    await this.#client.send(
      new UpdateCommand({
        TableName: await this.#keysTable(),
        Key: { pk, sk },
        UpdateExpression: 'SET #name = :value',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
  }

  async get(pk: string, sk: string): Promise<Item | undefined> {
    return (await this.#client.send(new GetCommand({ TableName: await this.#keysTable(), Key: { pk, sk }, ConsistentRead: true }))).Item;
  }

  async put(item: Item): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: await this.#keysTable(), Item: item }));
  }

  /** Puts an item into the table `usage`. */
  async putUsage(item: Item): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: await this.#table('-Usage'), Item: item }));
  }

  async remove(pk: string, sk: string): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: await this.#keysTable(), Key: { pk, sk } }));
  }

  /** Everything under one partition key of the table `keys`, in order of the sort key. */
  async partition(pk: string): Promise<Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: await this.#keysTable(),
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ConsistentRead: true,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  /** Adds events to an organization's chain, as its store writes them, each with a change that holds `filler`. */
  async lengthenChain(organizationId: string, count: number, filler = 'x'): Promise<void> {
    const { gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, ...last } = (await this.partition(`EVENTS#${organizationId}`)).findLast(({ sk }) => String(sk).startsWith('EVENT#')) ?? {};
    let { sequence, hash: previousHash } = last as { sequence: number; hash: string };
    for (let written = 0; written < count; written += 1) {
      const { pk, sk: _sk, purgeAt, hash: _hash, ...event } = last;
      sequence += 1;
      const unsealed = { ...event, id: `evt_${randomBytes(10).toString('hex')}`, sequence, type: 'organization.updated', changes: [{ field: 'name', from: null, to: filler }], previousHash };
      previousHash = hash('sha256', canonicalize(unsealed) ?? '');
      await this.put({ pk, sk: `EVENT#${String(sequence).padStart(12, '0')}`, purgeAt, ...unsealed, hash: previousHash });
    }
    await this.put({ pk: `EVENTS#${organizationId}`, sk: 'HEAD', sequence, hash: previousHash, at: last['at'] });
  }

  /** Every item of every table by its key and a hash, in a fixed order: two snapshots are equal when nothing was changed. */
  async snapshot(): Promise<string[]> {
    const items: string[] = [];
    // A clock that was moved has the sweep run, a change is followed: what they write belongs to neither snapshot alone.
    await this.#settled();
    for (const TableName of await this.#tableNames()) {
      for await (const page of paginateScan({ client: this.#plain }, { TableName, ConsistentRead: true })) {
        // A clock that is moved brings the daily checkpoints about, a change its mails, a request its count, at their own moment.
        const written = (page.Items ?? []).filter(({ pk, sk }) => !sk?.S?.startsWith('CHECKPOINT#') && !/^(?:NOTICE#|OUTBOX#|SWEEP$|USAGE#|LAST#|SEEN#)/.test(pk?.S ?? ''));
        items.push(...written.map((item) => `${TableName} ${item['pk']?.S} ${item['sk']?.S} ${hash('sha256', JSON.stringify(item))}`));
      }
    }
    return items.sort();
  }

  close(): void {
    this.#plain.destroy();
  }

  #keysTable(): Promise<string> {
    return this.#table('-Keys');
  }

  async #table(part: string): Promise<string> {
    const name = (await this.#tableNames()).find((table) => table.includes(part));
    if (name === undefined) throw new Error(`There is no table ${part}.`);
    return name;
  }

  #tableNames(): Promise<string[]> {
    this.#tables ??= this.#client.send(new ListTablesCommand({})).then(({ TableNames = [] }) => TableNames);
    return this.#tables;
  }
}

const ordinaryPolicy = {
  defaultKeyLifetimeDays: 90,
  maxKeyLifetimeDays: 365,
  allowNeverExpires: false,
  requirePin: false,
  noticeDays: [30, 14, 7, 1],
  noticeEmails: [],
  timeZone: 'UTC',
  mailOn: { created: true, rotated: true, revoked: true, deactivated: true, expiring: true },
};
