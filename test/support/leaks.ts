import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Platform } from '../../local/platform.ts';

/** The local platform asks for credentials as AWS does, and takes any. */
export const testCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Secrets that a test has seen, and the search for them in everything that the system keeps. */
export class LeakWatch {
  readonly #tokens = new Set<string>();

  /** The secret part of a token; its id is public. */
  add(token: string): void {
    this.#tokens.add(token.slice(-38));
  }

  /** Where one of the secrets stands: log lines and table items, events among them. */
  async findIn(platform: Platform): Promise<string[]> {
    const places = [
      ...platform.logs().map(({ functionName, line }) => ({ where: `log of ${functionName}`, text: line })),
      ...(await allItems(platform.awsEndpoint)),
    ];
    return places.filter(({ text }) => [...this.#tokens].some((secret) => text.includes(secret))).map(({ where }) => where);
  }
}

async function allItems(endpoint: string): Promise<{ where: string; text: string }[]> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: testCredentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const items: { where: string; text: string }[] = [];
  for (const TableName of TableNames) {
    for await (const page of paginateScan({ client }, { TableName })) {
      items.push(...(page.Items ?? []).map((item) => ({ where: `table ${TableName}`, text: JSON.stringify(item) })));
    }
  }
  client.destroy();
  return items;
}
